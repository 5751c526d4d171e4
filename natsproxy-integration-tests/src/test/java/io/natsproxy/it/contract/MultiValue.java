package io.natsproxy.it.contract;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

/**
 * Names with several values each, as JSON has them.
 */
final class MultiValue {

	static final ParameterizedTypeReference<Map<String, List<String>>> TYPE = new ParameterizedTypeReference<>() {
	};

	private MultiValue() {
	}

	/**
	 * Makes a map of names and values that alternate.
	 */
	static Map<String, List<String>> of(@Nullable String... namesAndValues) {
		MultiValueMap<String, @Nullable String> map = new LinkedMultiValueMap<>();
		for (int i = 0; i < namesAndValues.length; i += 2) {
			map.add(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
		}
		return Map.copyOf(map);
	}

}
