/* SPDX-License-Identifier: MIT */
/* marks.c - see marks.h. */
#include "reporters/html/marks.h"

#include "reporters/html/markup.h"

void mpck_marks_define(FILE *out)
{
	fputs("<svg class=\"symbols\" width=\"0\" height=\"0\" "
	      "aria-hidden=\"true\"><defs>\n"
	      "<pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits="
	      "\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
	      "<path d=\"M0 0V6\" class=\"hatch\"/></pattern>\n"
	      "<marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" "
	      "markerWidth=\"7\" markerHeight=\"7\" markerUnits="
	      "\"userSpaceOnUse\" orient=\"auto\">"
	      "<path d=\"M0 0L8 4L0 8Z\" class=\"arrow\"/></marker>\n"
	      "<marker id=\"decides\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" "
	      "markerWidth=\"9\" markerHeight=\"9\" markerUnits="
	      "\"userSpaceOnUse\" orient=\"auto\">"
	      "<path d=\"M0 0L8 4L0 8Z\" class=\"decides\"/></marker>\n"
	      "<symbol id=\"m-read\" class=\"hollow\" overflow=\"visible\">"
	      "<circle r=\"5\"/></symbol>\n"
	      "<symbol id=\"m-write\" class=\"full\" overflow=\"visible\">"
	      "<circle r=\"5.5\"/></symbol>\n"
	      "<symbol id=\"m-update\" class=\"hollow\" overflow=\"visible\">"
	      "<circle r=\"5.5\"/><path class=\"full\" "
	      "d=\"M-5.5 0A5.5 5.5 0 0 0 5.5 0Z\"/></symbol>\n"
	      "<symbol id=\"m-take\" class=\"full\" overflow=\"visible\">"
	      "<path d=\"M-5.5 -4.5H5.5L0 5.5Z\"/></symbol>\n"
	      "<symbol id=\"m-give\" class=\"hollow\" overflow=\"visible\">"
	      "<path d=\"M-5.5 4.5H5.5L0 -5.5Z\"/></symbol>\n"
	      "<symbol id=\"m-wait\" class=\"hollow\" overflow=\"visible\">"
	      "<path d=\"M-4.5 -5.5H4.5L-4.5 5.5H4.5Z\"/></symbol>\n"
	      "<symbol id=\"m-start\" class=\"hollow\" overflow=\"visible\">"
	      "<path d=\"M-4.5 -5L5 0L-4.5 5Z\"/></symbol>\n"
	      "<symbol id=\"m-end\" class=\"full\" overflow=\"visible\">"
	      "<path d=\"M-7 -1.5H7V1.5H-7Z\"/></symbol>\n"
	      "<symbol id=\"m-said\" class=\"hollow\" overflow=\"visible\">"
	      "<path d=\"M-5 -4.5H5V3H0L-3 6V3H-5Z\"/></symbol>\n"
	      "<symbol id=\"m-other\" class=\"full\" overflow=\"visible\">"
	      "<path d=\"M0 -5.5L5.5 0L0 5.5L-5.5 0Z\"/></symbol>\n"
	      "</defs></svg>\n", out);
}

const char *mpck_mark_of(const struct mpck_step *s)
{
	switch (s->kind) {
	case MPCK_STEP_WAIT:
		return "wait";
	case MPCK_STEP_START:
		return "start";
	case MPCK_STEP_END:
		return "end";
	case MPCK_STEP_OUTPUT:
	case MPCK_STEP_OBSERVE:
		return "said";
	case MPCK_STEP_OP:
		break;
	}
	switch (s->op) {
	case MPP_OP_READ:
		return "read";
	case MPP_OP_WRITE:
		return "write";
	case MPP_OP_RMW:
		return "update";
	case MPP_OP_ACQUIRE:
	case MPP_OP_TAKE:
	case MPP_OP_RECEIVE:
		return "take";
	case MPP_OP_RELEASE:
	case MPP_OP_GIVE:
	case MPP_OP_SEND:
		return "give";
	default:
		return "other";
	}
}

static void legend_mark(FILE *out, const char *mark, const char *text)
{
	mpck_markup(out, "<li><svg width=\"16\" height=\"16\" viewBox=\"-8 -8 "
		    "16 16\" class=\"%s\" aria-hidden=\"true\"><use href=\""
		    "#m-%s\" class=\"mark\"/></svg>%s</li>\n", mark, mark,
		    text);
}

static void legend_part(FILE *out, const char *part, const char *text)
{
	fprintf(out, "<li><svg width=\"26\" height=\"16\" viewBox=\"0 0 26 16\" "
		"aria-hidden=\"true\">%s", part);
	mpck_markup(out, "</svg>%s</li>\n", text);
}

void mpck_marks_legend(FILE *out)
{
	fputs("<ul class=\"legend\" aria-label=\"What the marks mean\">\n", out);
	legend_mark(out, "read", "read");
	legend_mark(out, "write", "write");
	legend_mark(out, "update", "read and write in one");
	legend_mark(out, "take", "acquire, take, receive");
	legend_mark(out, "give", "release, give, send");
	legend_mark(out, "wait", "has to wait");
	legend_mark(out, "start", "start");
	legend_mark(out, "end", "end");
	legend_mark(out, "said", "printed or final value");
	legend_mark(out, "other", "other operation");
	legend_part(out, "<rect class=\"waits\" x=\"1\" y=\"1\" width=\"24\" "
		    "height=\"14\" fill=\"url(#hatch)\"/>", "waits");
	legend_part(out, "<rect class=\"holds h0\" x=\"1\" y=\"5\" width=\"24\" "
		    "height=\"6\"/>", "holds a lock");
	legend_part(out, "<path class=\"switch\" d=\"M1 8H25\"/>",
		    "another task goes on");
	legend_part(out, "<path class=\"switch preempts\" d=\"M1 8H23\" "
		    "marker-end=\"url(#arrow)\"/>",
		    "preemption: the one before could have gone on");
	legend_part(out, "<g class=\"end-wait\"><circle cx=\"4\" cy=\"8\" r=\"3\"/>"
		    "<path d=\"M4 8H24\" marker-end=\"url(#decides)\"/></g>",
		    "waits at the end for what that task holds");
	legend_part(out, "<rect class=\"box\" x=\"1\" y=\"2\" width=\"24\" "
		    "height=\"12\" rx=\"3\"/>", "decisive");
	fputs("</ul>\n", out);
}
