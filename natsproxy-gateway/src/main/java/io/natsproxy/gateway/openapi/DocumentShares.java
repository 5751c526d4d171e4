package io.natsproxy.gateway.openapi;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Shares what the documents of all services may have: short ones come first, so that no
 * service keeps many others out.
 */
final class DocumentShares {

	private DocumentShares() {
	}

	/**
	 * Returns the services whose documents have room together.
	 * @param lengths the lengths of the documents by the names of the services
	 * @param total most bytes of all
	 */
	static Set<String> admitted(Map<String, Integer> lengths, int total) {
		List<Map.Entry<String, Integer>> shortest = new ArrayList<>(lengths.entrySet());
		shortest.sort(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry::getKey));
		Set<String> admitted = new HashSet<>();
		long sum = 0;
		for (Map.Entry<String, Integer> each : shortest) {
			sum += each.getValue();
			if (sum > total) {
				break;
			}
			admitted.add(each.getKey());
		}
		return admitted;
	}

}
