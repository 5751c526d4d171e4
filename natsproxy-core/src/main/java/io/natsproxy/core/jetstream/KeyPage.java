package io.natsproxy.core.jetstream;

import java.util.List;

/**
 * Some of the keys of a bucket.
 *
 * @param keys the keys, in the order of their bytes
 * @param more whether there are more behind them
 */
public record KeyPage(List<String> keys, boolean more) {

	/**
	 * Creates the page.
	 * @param keys the keys, copied
	 * @param more whether there are more behind them
	 */
	public KeyPage {
		keys = List.copyOf(keys);
	}

}
