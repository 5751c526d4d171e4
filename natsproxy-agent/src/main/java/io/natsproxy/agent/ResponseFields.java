package io.natsproxy.agent;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

import io.natsproxy.core.header.HeaderFields;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

/**
 * The fields of an upstream's response. {@code Connection} is among them: whoever writes
 * them to NATS drops it, the fields that it names and all others that are hop-by-hop.
 */
final class ResponseFields implements HeaderFields {

	private final HttpHeaders fields;

	private final boolean withLength;

	private final String received;

	/**
	 * Creates the fields.
	 * @param fields the fields as they came
	 * @param withLength whether the response may have a length
	 */
	ResponseFields(HttpHeaders fields, boolean withLength) {
		this.fields = fields;
		this.withLength = withLength;
		// RFC 9110, section 6.6.1: a recipient with a clock adds what is missing.
		this.received = fields.contains(HttpHeaderNames.DATE) ? ""
				: DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
	}

	@Override
	public void forEach(BiConsumer<String, List<String>> action) {
		Iterator<Map.Entry<CharSequence, CharSequence>> all = this.fields.iteratorCharSequence();
		while (all.hasNext()) {
			Map.Entry<CharSequence, CharSequence> field = all.next();
			if (this.withLength || !HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(field.getKey())) {
				action.accept(field.getKey().toString(), List.of(field.getValue().toString()));
			}
		}
		action.accept("Via", List.of(RequestFields.VIA));
		if (!this.received.isEmpty()) {
			action.accept("Date", List.of(this.received));
		}
	}

}
