package io.natsproxy.gateway.declared.async;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What a client prefers (RFC 7240), as far as it matters here. What is not understood is
 * left out of account, as that asks for.
 *
 * @param respondAsync whether it does not want to wait for the reply
 * @param waiting for how long it wants to wait
 */
record Preferences(boolean respondAsync, Duration waiting) {

	static final String FIELD = "Prefer";

	/**
	 * Reads the field.
	 * @param values the values of the field
	 */
	static Preferences of(List<String> values) {
		boolean respondAsync = false;
		Duration wait = Duration.ZERO;
		for (String value : values) {
			for (String preference : value.split(",")) {
				String token = preference.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
				if (token.equals("respond-async")) {
					respondAsync = true;
				}
				else if (token.matches("wait\\s*=\\s*\"?[0-9]{1,9}\"?")) {
					wait = Duration.ofSeconds(Long.parseLong(token.replaceAll("[^0-9]", "")));
				}
			}
		}
		return new Preferences(respondAsync, wait);
	}

}
