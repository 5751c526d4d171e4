package io.natsproxy.core.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.natsproxy.core.header.HeaderFields;
import org.jspecify.annotations.Nullable;

/**
 * The header fields of a message that may travel, by the rules of this protocol, for
 * messages in other message formats: names in canonical case, no hop-by-hop fields, none
 * of those that natsproxy or a NATS server acts on, and no value that could end a line.
 * Not safe for use by many threads.
 */
public final class EndToEndFields {

	private static final HeaderNames names = new HeaderNames();

	private final Map<String, List<String>> values = new LinkedHashMap<>();

	private EndToEndFields() {
	}

	/**
	 * Copies what may travel.
	 * @param source header fields of any kind
	 * @return the copy
	 * @throws MalformedMessageException if a name or a value could not stand in an HTTP
	 * message
	 */
	public static EndToEndFields of(HeaderFields source) {
		EndToEndFields fields = new EndToEndFields();
		NominatedFields nominated = new NominatedFields(names);
		source.forEach((name, values) -> {
			String canonical = names.canonical(name);
			if (canonical.isEmpty()) {
				nominated.read(name, values);
			}
			else if (!values.isEmpty()) {
				values.forEach(FieldCodec::requireValid);
				fields.values.computeIfAbsent(canonical, (key) -> new ArrayList<>(values.size())).addAll(values);
			}
		});
		fields.values.keySet().removeAll(nominated.names());
		return fields;
	}

	/**
	 * Returns the first value of a field.
	 * @param name the name in canonical case
	 * @return the value, or {@code null} when there is no such field
	 */
	public @Nullable String first(String name) {
		List<String> found = this.values.get(name);
		return (found != null) ? found.get(0) : null;
	}

	/**
	 * Sets a field to one value, whatever it is called.
	 * @param name the name in canonical case
	 * @param value the value
	 */
	public void set(String name, String value) {
		this.values.put(name, List.of(value));
	}

	/**
	 * Sets a field to one value, if it is not there.
	 * @param name the name in canonical case
	 * @param value the value, or {@code null} for none
	 */
	public void setIfAbsent(String name, @Nullable String value) {
		if (value != null) {
			this.values.putIfAbsent(name, List.of(value));
		}
	}

	/**
	 * Removes a field.
	 * @param name the name in canonical case
	 */
	public void remove(String name) {
		this.values.remove(name);
	}

	/**
	 * Returns the fields.
	 * @return the fields as they are, in the order in which they came
	 */
	public HeaderFields toHeaderFields() {
		return this.values::forEach;
	}

}
