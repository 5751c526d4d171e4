package io.natsproxy.core.discovery;

import java.util.Arrays;

import io.natsproxy.core.discovery.DiscoveryRequests.Answer;

/**
 * A piece of a document as an answer: as many bytes as there is room for. Behind its end
 * there is no answer.
 *
 * @param document the document
 * @param offset the number of the first byte, from 0
 */
record DocumentPiece(ServiceDocument document, int offset) implements Answer {

	/**
	 * Longest piece, in bytes: what others send meanwhile need not wait for long.
	 */
	static final int MAX_LENGTH = 128 * 1024;

	@Override
	public byte[] write(int maxLength) {
		byte[] content = this.document.content();
		int from = Math.min(this.offset, content.length);
		int length = Math.min(Math.min(MAX_LENGTH, maxLength), content.length - from);
		return Arrays.copyOfRange(content, from, from + length);
	}

}
