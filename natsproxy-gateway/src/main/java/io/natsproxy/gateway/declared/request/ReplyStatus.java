package io.natsproxy.gateway.declared.request;

import java.util.Map;

import io.natsproxy.core.header.HeaderFields;
import org.jspecify.annotations.Nullable;

/**
 * Tells the status of a response by a header of the reply. Immutable.
 *
 * @param header the name of the header, in whatever case
 * @param statuses statuses by its values; a value that is a status itself need not be
 * among them
 */
public record ReplyStatus(String header, Map<String, Integer> statuses) {

	/**
	 * Creates the table.
	 * @param header the name of the header
	 * @param statuses statuses by its values
	 * @throws IllegalArgumentException if a status is not from 200 to 599
	 */
	public ReplyStatus {
		statuses = Map.copyOf(statuses);
		statuses.forEach((value, status) -> {
			if (!isStatus(status)) {
				throw new IllegalArgumentException(
						"The status of '" + value + "' is " + status + ", and not from 200 to 599");
			}
		});
	}

	private static boolean isStatus(int status) {
		return status >= 200 && status <= 599;
	}

	/**
	 * Returns the status of a reply.
	 * @param fields the headers of the reply
	 * @param otherwise the status where they tell none
	 */
	int of(HeaderFields fields, int otherwise) {
		String value = first(fields, this.header);
		if (value == null) {
			return otherwise;
		}
		Integer status = this.statuses.get(value);
		if (status != null) {
			return status;
		}
		boolean number = value.length() == 3 && value.chars().allMatch((c) -> c >= '0' && c <= '9');
		return (number && isStatus(Integer.parseInt(value))) ? Integer.parseInt(value) : otherwise;
	}

	/**
	 * Returns the first value of a header.
	 */
	static @Nullable String first(HeaderFields fields, String header) {
		String[] found = new String[1];
		fields.forEach((name, values) -> {
			if (found[0] == null && name.equalsIgnoreCase(header) && !values.isEmpty()) {
				found[0] = values.get(0);
			}
		});
		return found[0];
	}

}
