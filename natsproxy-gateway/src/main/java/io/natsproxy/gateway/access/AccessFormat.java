package io.natsproxy.gateway.access;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * The formats of a line of the access log. Lines are of printable ASCII, whatever a
 * client has sent.
 */
public enum AccessFormat {

	/**
	 * The common log format of NCSA, followed by pairs of names and values.
	 */
	COMMON {

		@Override
		void append(StringBuilder line, AccessEntry entry) {
			appendCommon(line, entry);
			appendMore(line, entry);
		}

	},

	/**
	 * The common log format with {@code Referer} and {@code User-Agent}, followed by
	 * pairs of names and values.
	 */
	COMBINED {

		@Override
		void append(StringBuilder line, AccessEntry entry) {
			appendCommon(line, entry);
			line.append(' ');
			LogText.quoted(line, entry.referer());
			line.append(' ');
			LogText.quoted(line, entry.userAgent());
			appendMore(line, entry);
		}

	},

	/**
	 * A JSON object.
	 */
	JSON {

		@Override
		void append(StringBuilder line, AccessEntry entry) {
			line.append("{\"time\":\"").append(Instant.ofEpochMilli(entry.time())).append('"');
			member(line, "client", entry.client());
			member(line, "peer", entry.peer());
			member(line, "method", entry.method());
			member(line, "target", (entry.method() != null) ? entry.target() : null);
			member(line, "protocol", (entry.method() != null) ? entry.protocol() : null);
			if (entry.status() > 0) {
				line.append(",\"status\":").append(entry.status());
			}
			line.append(",\"bytes\":").append(entry.sent()).append(",\"received\":").append(entry.received());
			line.append(",\"duration\":");
			LogText.millis(line, entry.duration());
			if (entry.upstream() >= 0) {
				line.append(",\"upstream\":");
				LogText.millis(line, entry.upstream());
			}
			member(line, "route", entry.route());
			member(line, "service", entry.service());
			member(line, "outcome", entry.outcome());
			if (entry.closeCode() > 0) {
				line.append(",\"close\":").append(entry.closeCode());
			}
			member(line, "referer", entry.referer());
			member(line, "userAgent", entry.userAgent());
			line.append('}');
		}

	};

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT);

	/**
	 * Appends the line, without its end.
	 */
	abstract void append(StringBuilder line, AccessEntry entry);

	private static void appendCommon(StringBuilder line, AccessEntry entry) {
		LogText.plain(line, entry.client());
		line.append(" - - [")
			.append(TIME.format(Instant.ofEpochMilli(entry.time()).atZone(ZoneId.systemDefault())))
			.append("] ");
		String method = entry.method();
		if (method == null) {
			line.append("\"-\"");
		}
		else {
			LogText.quoted(line, method + " " + entry.target() + " " + entry.protocol());
		}
		line.append(' ');
		number(line, entry.status());
		line.append(' ');
		number(line, entry.sent());
	}

	private static void number(StringBuilder line, long number) {
		if (number > 0) {
			line.append(number);
		}
		else {
			line.append('-');
		}
	}

	private static void appendMore(StringBuilder line, AccessEntry entry) {
		line.append(" route=");
		LogText.quoted(line, entry.route());
		line.append(" service=");
		LogText.quoted(line, entry.service());
		line.append(" upstream=");
		if (entry.upstream() >= 0) {
			LogText.millis(line, entry.upstream());
		}
		else {
			line.append('-');
		}
		line.append(" duration=");
		LogText.millis(line, entry.duration());
		line.append(" received=").append(entry.received()).append(" outcome=");
		LogText.plain(line, entry.outcome());
		if (entry.closeCode() > 0) {
			line.append(" close=").append(entry.closeCode());
		}
	}

	private static void member(StringBuilder line, String name, @Nullable String value) {
		if (value != null) {
			line.append(",\"").append(name).append("\":");
			LogText.json(line, value);
		}
	}

}
