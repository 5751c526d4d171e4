package io.natsproxy.core.stream;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Chunks that have come, put together once, at the end: a single one is not copied.
 * Guarded by its owner.
 */
final class CollectedChunks {

	private static final byte[] NOTHING = {};

	private static final int MAX_CHUNKS = 64;

	private byte[] first = NOTHING;

	/**
	 * Chunks behind the first.
	 */
	private @Nullable List<byte[]> others;

	/**
	 * Chunks behind those: so many are small ones.
	 */
	private @Nullable ByteArrayOutputStream small;

	private int size;

	/**
	 * Adds a chunk.
	 * @param chunk the chunk, not copied, so not to be changed
	 */
	void add(byte[] chunk) {
		if (this.size == 0) {
			this.first = chunk;
		}
		else {
			addBehind(chunk);
		}
		this.size += chunk.length;
	}

	private void addBehind(byte[] chunk) {
		List<byte[]> others = this.others;
		if (others == null) {
			others = new ArrayList<>();
			this.others = others;
		}
		if (others.size() < MAX_CHUNKS) {
			others.add(chunk);
			return;
		}
		if (this.small == null) {
			this.small = new ByteArrayOutputStream();
		}
		this.small.writeBytes(chunk);
	}

	/**
	 * Returns how many bytes have been collected.
	 */
	int size() {
		return this.size;
	}

	/**
	 * Returns all bytes, and begins anew.
	 */
	byte[] take() {
		byte[] taken = this.first;
		if (this.size > taken.length) {
			taken = Arrays.copyOf(taken, this.size);
			int position = this.first.length;
			for (byte[] chunk : (this.others != null) ? this.others : List.<byte[]>of()) {
				System.arraycopy(chunk, 0, taken, position, chunk.length);
				position += chunk.length;
			}
			if (this.small != null) {
				System.arraycopy(this.small.toByteArray(), 0, taken, position, this.small.size());
			}
		}
		this.first = NOTHING;
		this.others = null;
		this.small = null;
		this.size = 0;
		return taken;
	}

}
