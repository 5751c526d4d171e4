package io.natsproxy.gateway.observation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

import io.natsproxy.core.header.HeaderFields;

/**
 * The header fields of a request, with those in the places of their like that tell to
 * which trace it belongs. Once there are such, none of the client's remain: a service
 * might believe them in place of the gateway's.
 */
public final class TraceFields implements HeaderFields {

	private static final Set<String> OF_CLIENTS = Set.of("traceparent", "tracestate", "b3", "x-b3-traceid",
			"x-b3-spanid", "x-b3-parentspanid", "x-b3-sampled", "x-b3-flags");

	private final HeaderFields fields;

	private final Map<String, String> own = new LinkedHashMap<>(4);

	TraceFields(HeaderFields fields) {
		this.fields = fields;
	}

	/**
	 * Sets a field.
	 * @param name its name
	 * @param value its value
	 */
	public void set(String name, String value) {
		this.own.put(name.toLowerCase(Locale.ROOT), value);
	}

	@Override
	public void forEach(BiConsumer<String, List<String>> action) {
		if (this.own.isEmpty()) {
			this.fields.forEach(action);
			return;
		}
		this.fields.forEach((name, values) -> {
			String key = name.toLowerCase(Locale.ROOT);
			if (!OF_CLIENTS.contains(key) && !this.own.containsKey(key)) {
				action.accept(name, values);
			}
		});
		this.own.forEach((name, value) -> action.accept(name, List.of(value)));
	}

}
