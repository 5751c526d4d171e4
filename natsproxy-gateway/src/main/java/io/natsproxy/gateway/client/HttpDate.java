package io.natsproxy.gateway.client;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;

/**
 * The {@code Date} of responses (RFC 9110, section 6.6.1), which is written once for all
 * responses of a second. Safe for use by many threads.
 *
 * @param second seconds since the epoch
 * @param value that time as an IMF-fixdate (RFC 9110, section 5.6.7)
 */
record HttpDate(long second, AsciiString value) {

	static final AsciiString NAME = AsciiString.cached("Date");

	private static final DateTimeFormatter FORMAT = DateTimeFormatter
		.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
		.withZone(ZoneOffset.UTC);

	private static volatile HttpDate latest = of(0);

	private static HttpDate of(long second) {
		Instant time = Instant.EPOCH.plus(second, ChronoUnit.SECONDS);
		return new HttpDate(second, new AsciiString(FORMAT.format(time)));
	}

	/**
	 * Returns the date of responses that are written now.
	 */
	static AsciiString now() {
		long second = Math.floorDiv(System.currentTimeMillis(), 1000L);
		HttpDate date = latest;
		if (date.second() != second) {
			date = of(second);
			latest = date;
		}
		return date.value();
	}

	/**
	 * Adds the date to the fields of a response, unless they have one.
	 */
	static void addTo(HttpHeaders fields) {
		if (!fields.contains(NAME)) {
			fields.add(NAME, now());
		}
	}

}
