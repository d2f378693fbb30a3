/* SPDX-License-Identifier: MIT */
/*
 * page.js - the stepper of the HTML report; embedded by html.c.
 *
 * Everything that is read is in the page already.  This moves through a trace
 * step by step: data.c says what its data are.
 */
(function () {
'use strict';

function all(selector, within) {
	return Array.prototype.slice.call(
		(within || document).querySelectorAll(selector));
}

/* An element; texts are set as text, never as markup. */
function make(name, className, text) {
	var element = document.createElement(name);

	if (className)
		element.className = className;
	if (text !== undefined)
		element.textContent = text;
	return element;
}

function between(low, n, high) {
	return Math.max(low, Math.min(high, n));
}

/*
 * Light and dark.  What was chosen is remembered where that is allowed.
 */
function stored(value) {
	try {
		if (value !== undefined)
			localStorage.setItem('mpcheck-theme', value);
		return localStorage.getItem('mpcheck-theme');
	} catch (e) {
		return null;
	}
}

function isDark() {
	var theme = document.documentElement.dataset.theme;

	return theme ? theme === 'dark'
		: matchMedia('(prefers-color-scheme: dark)').matches;
}

function setUpTheme() {
	var button = document.getElementById('theme');
	var theme = stored();

	function label() {
		button.textContent = isDark() ? 'Light' : 'Dark';
		button.setAttribute('aria-label', 'Switch to ' +
			(isDark() ? 'light' : 'dark') + ' colours');
	}
	if (theme === 'dark' || theme === 'light')
		document.documentElement.dataset.theme = theme;
	button.hidden = false;
	button.addEventListener('click', function () {
		theme = isDark() ? 'light' : 'dark';
		document.documentElement.dataset.theme = theme;
		stored(theme);
		label();
	});
	matchMedia('(prefers-color-scheme: dark)')
		.addEventListener('change', label);
	label();
}

/*
 * Copying.
 */
function copyOld(text) {
	var area = make('textarea');

	area.value = text;
	area.style.position = 'fixed';
	area.style.opacity = '0';
	document.body.appendChild(area);
	area.select();
	var copied = document.execCommand('copy');
	area.remove();
	return copied;
}

function setUpCopying() {
	all('button.copy').forEach(function (button) {
		var text = button.dataset.copy;

		function say(copied) {
			button.textContent = copied ? 'Copied' : 'Failed';
			setTimeout(function () {
				button.textContent = 'Copy';
			}, 1500);
		}
		button.hidden = false;
		button.addEventListener('click', function () {
			if (!navigator.clipboard)
				return say(copyOld(text));
			navigator.clipboard.writeText(text).then(
				function () { say(true); },
				function () { say(copyOld(text)); });
		});
	});
}

/*
 * The stepper of one trace.  `at` is how many rows have happened.
 */
function Stepper(root) {
	var inside = root.parentNode;

	this.id = root.dataset.trace;
	this.root = root;
	this.data = JSON.parse(inside.querySelector('script.data').textContent);
	this.timeline = root.querySelector('.timeline');
	this.band = root.querySelector('.now');
	this.controls = root.querySelector('.controls');
	this.slider = root.querySelector('input[type=range]');
	this.what = root.querySelector('.what');
	this.stack = root.querySelector('.stack');
	this.source = root.querySelector('.source');
	this.memory = all('.memory tbody tr', root);
	this.marks = all('.row', root);
	this.words = all('.steps tbody tr', inside);
	this.at = -1;
	this.connect();
}

Stepper.prototype.connect = function () {
	var that = this;

	this.controls.hidden = this.stack.hidden = false;
	all('.memory th.now', this.root).forEach(function (cell) {
		cell.textContent = 'now';
	});
	all('.svg title, svg.body title', this.root).forEach(function (t) {
		t.remove();		/* the tip says it */
	});
	this.slider.addEventListener('input', function () {
		that.go(Number(that.slider.value));
	});
	all('[data-go]', this.controls).forEach(function (button) {
		button.addEventListener('click', function () {
			that.move(button.dataset.go);
		});
	});
	this.marks.forEach(function (mark, row) {
		that.connectMark(mark, row);
	});
	this.words.forEach(function (line, row) {
		line.addEventListener('click', function (event) {
			if (event.target.closest('.where a'))
				return;
			event.preventDefault();
			that.go(row + 1);
		});
		line.querySelector('td a').tabIndex = -1;
	});
};

Stepper.prototype.connectMark = function (mark, row) {
	var that = this;

	mark.addEventListener('click', function (event) {
		event.preventDefault();
		that.go(row + 1);
	});
	mark.addEventListener('mouseenter', function () {
		showTip(that, row);
	});
	mark.addEventListener('mouseleave', hideTip);
};

/* The next decisive row in that direction, around the end. */
Stepper.prototype.decisive = function (direction) {
	var rows = this.data.rows, n = rows.length;

	for (var i = 1; i <= n + 1; i++) {
		var at = (this.at + direction * i + (n + 1) * 2) % (n + 1);

		if (at && rows[at - 1].decisive)
			return at;
	}
	return this.at;
};

Stepper.prototype.move = function (how) {
	switch (how) {
	case 'first': return this.go(0);
	case 'last': return this.go(this.data.rows.length);
	case 'back': return this.go(this.at - 1);
	case 'forward': return this.go(this.at + 1);
	case 'decisive': return this.go(this.decisive(1));
	case 'decisive-back': return this.go(this.decisive(-1));
	}
};

Stepper.prototype.go = function (at, quiet) {
	at = between(0, at, this.data.rows.length);
	current = this;
	if (at === this.at)
		return;
	this.at = at;
	this.showAt();
	this.showWhat();
	this.showMemory();
	this.showStack();
	this.showMarks();
	this.showSource();
	if (!quiet)
		remember(this);
};

Stepper.prototype.row = function () {
	return this.at ? this.data.rows[this.at - 1] : null;
};

Stepper.prototype.showAt = function () {
	var n = this.data.rows.length, row = this.row();
	var text = 'step ' + this.at + ' of ' + n;

	if (row && row.op)
		text += ', visible operation ' + row.op;
	this.controls.querySelector('.at').textContent = text;
	this.slider.value = this.at;
	this.slider.setAttribute('aria-valuetext', text);
	this.controls.querySelector('[data-go=first]').disabled =
	this.controls.querySelector('[data-go=back]').disabled = this.at === 0;
	this.controls.querySelector('[data-go=forward]').disabled =
	this.controls.querySelector('[data-go=last]').disabled = this.at === n;
};

Stepper.prototype.names = function (lanes) {
	var data = this.data;

	return lanes.map(function (lane) { return data.lanes[lane]; });
};

/* "Process-1 read value#1: 100" */
Stepper.prototype.sentence = function (row) {
	if (row.fold)
		return row.fold + ' steps are not shown';
	return this.data.lanes[row.lane] + ': ' + row.text +
		(row.before !== undefined && row.value !== undefined
			? ' (was ' + row.before + ')' : '');
};

Stepper.prototype.showWhat = function () {
	var row = this.row(), what = this.what;

	what.textContent = row ? this.sentence(row) : 'Before the first step.';
	if (row && row.decisive) {
		what.appendChild(document.createTextNode(' '));
		what.appendChild(make('span', 'badge', row.decisive));
		what.appendChild(make('span', 'spoken', ' decisive'));
	}
	if (row && row.preempts) {
		what.appendChild(document.createTextNode(' '));
		what.appendChild(make('span', 'tag preempts', 'preempts'));
	}
	if (row && row.waits)
		what.appendChild(make('div', 'note', 'waiting: ' +
			this.names(row.waits).join(', ')));
};

/* What each variable holds after `at` rows. */
Stepper.prototype.values = function (at) {
	var values = this.data.variables.map(function (v) { return v[1]; });

	for (var i = 0; i < at; i++) {
		(this.data.rows[i].sets || []).forEach(function (set) {
			values[set[0]] = set[1];
		});
	}
	return values;
};

Stepper.prototype.showMemory = function () {
	var now = this.values(this.at), row = this.row();
	var before = this.values(this.at - 1);

	this.memory.forEach(function (line, i) {
		var changed = row && now[i] !== before[i];
		var used = row && row.var === i;

		line.querySelector('.now').textContent = now[i];
		line.classList.toggle('changed', Boolean(changed));
		line.classList.toggle('used', Boolean(used && !changed));
		line.querySelector('.note').textContent =
			changed ? 'was ' + before[i] : used ? 'used' : '';
		if (changed || used)
			scrollInside(line.closest('.scrolls'), line);
	});
};

Stepper.prototype.frames = function (row) {
	var data = this.data;

	return ((row && row.stack) || []).map(function (index) {
		return data.frames[index];
	});
};

Stepper.prototype.showStack = function () {
	var list = make('ol'), frames = this.frames(this.row());

	this.stack.textContent = '';
	if (!frames.length)
		return;
	frames.forEach(function (frame) {
		var item = make('li');

		item.appendChild(make('span', 'function', frame[0]));
		if (frame[2]) {
			var link = make('a', '', frame[1]);

			item.appendChild(document.createTextNode(' '));
			link.href = '#' + frame[2];
			item.appendChild(link);
		} else if (frame[1]) {
			item.appendChild(document.createTextNode(' ' +
				frame[1]));
		}
		list.appendChild(item);
	});
	this.stack.appendChild(make('h4', '', 'Stack'));
	this.stack.appendChild(list);
};

/* So that nothing but the box itself moves. */
function scrollInside(box, element) {
	var b = box.getBoundingClientRect();
	var e = element.getBoundingClientRect();
	var middle = e.top + e.height / 2 - b.top - box.clientHeight / 2;

	if (e.top < b.top + 36 || e.bottom > b.bottom - 8)
		box.scrollTop += middle;
}

function scrollAcross(box, element) {
	var b = box.getBoundingClientRect();
	var e = element.getBoundingClientRect();

	if (e.left < b.left + 8 || e.right > b.right - 8)
		box.scrollLeft += e.left - b.left - 48;
}

Stepper.prototype.showMarks = function () {
	var at = this.at;
	var mark = this.marks[at - 1], line = this.words[at - 1];

	this.words.forEach(function (other, row) {
		other.classList.toggle('here', row === at - 1);
		if (row === at - 1)
			other.setAttribute('aria-current', 'step');
		else
			other.removeAttribute('aria-current');
		other.querySelector('td a').tabIndex = row === at - 1 ? 0 : -1;
	});
	this.marks.forEach(function (other, row) {
		other.classList.toggle('here', row === at - 1);
	});
	this.band.setAttribute('y', mark
		? mark.querySelector('.hit').getAttribute('y') : -99);
	if (!mark) {
		this.timeline.scrollTop = 0;
		return;
	}
	scrollInside(this.timeline, mark.querySelector('.hit'));
	scrollAcross(this.timeline, mark.querySelector('a') || mark);
	if (line.closest('details').open)
		scrollInside(line.closest('.scrolls'), line);
};

Stepper.prototype.showSource = function () {
	var frames = this.frames(this.row()), first = true;

	all('.line.here', this.source).forEach(function (line) {
		line.classList.remove('here');
	});
	for (var i = 0; i < frames.length && first; i++) {
		var line = frames[i][2] && document.getElementById(frames[i][2]);

		if (!line)
			continue;
		line.classList.add('here');
		scrollInside(this.source, line);
		first = false;
	}
};

/*
 * The tip at a mark: what, values, stack.
 */
var tip = null;

function hideTip() {
	if (tip)
		tip.hidden = true;
}

function showTip(stepper, row) {
	var data = stepper.data.rows[row];
	var at = (stepper.marks[row].querySelector('use') ||
		  stepper.marks[row]).getBoundingClientRect();

	if (!tip) {
		tip = make('div');
		tip.id = 'tip';
		tip.setAttribute('role', 'tooltip');
		document.body.appendChild(tip);
	}
	tip.textContent = stepper.sentence(data);
	stepper.frames(data).forEach(function (frame) {
		tip.appendChild(make('span', 'stack-line', frame[0] +
			(frame[1] ? '  ' + frame[1] : '')));
	});
	tip.hidden = false;
	tip.style.left = between(8, at.left + 16, document.documentElement
		.clientWidth - tip.offsetWidth - 8) + 'px';
	tip.style.top = (at.bottom + 10 + tip.offsetHeight > innerHeight
		? at.top - 8 - tip.offsetHeight : at.bottom + 10) + 'px';
}

/*
 * Keys, the address, and all together.
 */
var steppers = [], current = null, pending = 0;

/* "#f1.s7" leads to that step; browsers refuse many changes in a second. */
function remember(stepper) {
	clearTimeout(pending);
	pending = setTimeout(function () {
		var row = stepper.row();

		try {
			history.replaceState(null, '', '#' + stepper.id + '.s' +
				(row ? row.step : 0));
		} catch (e) {
			/* then not */
		}
	}, 200);
}

function visit(hash) {
	var parts = /^#([fx]\d*)\.s(\d+)$/.exec(hash);

	steppers.forEach(function (stepper) {
		if (!parts || stepper.id !== parts[1])
			return;
		var step = Number(parts[2]), at = 0;

		stepper.data.rows.forEach(function (row, i) {
			if (row.step <= step)
				at = i + 1;
		});
		var details = stepper.root.closest('details');

		if (details)
			details.open = true;
		stepper.go(at, true);
		stepper.root.scrollIntoView({ block: 'nearest' });
	});
}

function shown(stepper) {
	var details = stepper.root.closest('details');

	return !details || details.open;
}

var keys = {
	ArrowLeft: 'back', ArrowRight: 'forward',
	d: 'decisive', D: 'decisive-back',
};
var keysInside = {	/* of a trace: elsewhere they scroll the page */
	ArrowUp: 'back', ArrowDown: 'forward', Home: 'first', End: 'last',
};

function onKey(event) {
	var target = event.target, inside, how;

	if (event.key === 'Escape')
		hideTip();
	if (event.ctrlKey || event.altKey || event.metaKey ||
	    /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) &&
	    event.key.length > 1)
		return;
	inside = target.closest && target.closest('[data-trace]');
	if (inside)
		current = steppers.filter(function (s) {
			return s.root === inside;
		})[0];
	if (!current || !shown(current))
		current = steppers.filter(shown)[0];
	how = keys[event.key] || (inside && !target.closest('.source') &&
				  keysInside[event.key]);
	if (target.closest && target.closest('code, .source, .scrolls') &&
	    event.key.length > 1)
		return;			/* they scroll */
	if (!how || !current)
		return;
	event.preventDefault();
	current.move(how);
}

function setUp() {
	document.documentElement.classList.add('js');
	setUpTheme();
	setUpCopying();
	steppers = all('[data-trace]').map(function (root) {
		return new Stepper(root);
	});
	steppers.forEach(function (stepper) {
		stepper.at = -1;
		stepper.go(stepper.decisive(1) > 0 ? stepper.decisive(1)
			: stepper.data.rows.length, true);
	});
	current = null;
	document.addEventListener('keydown', onKey);
	document.addEventListener('scroll', hideTip, true);
	window.addEventListener('hashchange', function () {
		visit(location.hash);
	});
	window.addEventListener('beforeprint', function () {
		all('details.finding, details.words').forEach(function (d) {
			d.open = true;
		});
	});
	visit(location.hash);
}

setUp();
}());
