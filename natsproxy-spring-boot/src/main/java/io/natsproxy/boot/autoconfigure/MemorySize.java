package io.natsproxy.boot.autoconfigure;

import org.springframework.util.unit.DataSize;

/**
 * An amount of memory, in bytes or as a share of the largest heap.
 *
 * @param bytes number of bytes, positive
 */
public record MemorySize(long bytes) {

	public MemorySize {
		if (bytes < 1) {
			throw new IllegalArgumentException("An amount of memory must be positive");
		}
	}

	/**
	 * Reads an amount.
	 * @param text a {@link DataSize}, such as {@code 64MB}, or a share of the largest
	 * heap ({@link Runtime#maxMemory()}), such as {@code 30%}
	 * @return the amount
	 * @throws IllegalArgumentException if it is neither
	 */
	public static MemorySize valueOf(String text) {
		String amount = text.strip();
		if (!amount.endsWith("%")) {
			return new MemorySize(DataSize.parse(amount).toBytes());
		}
		int percent = Integer.parseInt(amount.substring(0, amount.length() - 1).strip());
		if (percent < 1 || percent > 100) {
			throw new IllegalArgumentException("A share of the heap is from 1% to 100%");
		}
		return new MemorySize(Math.max(1, Runtime.getRuntime().maxMemory() / 100 * percent));
	}

}
