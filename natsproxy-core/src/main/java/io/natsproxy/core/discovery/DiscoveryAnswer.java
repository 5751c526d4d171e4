package io.natsproxy.core.discovery;

import io.natsproxy.core.discovery.DiscoveryRequests.Answer;
import org.jspecify.annotations.Nullable;

/**
 * What an instance tells of itself as an answer.
 *
 * @param replies writes it
 * @param verb what is asked for
 * @param offset how many endpoints are left out at the beginning
 */
record DiscoveryAnswer(DiscoveryReplies replies, DiscoveryVerb verb, int offset) implements Answer {

	@Override
	public byte @Nullable [] write(int maxLength) {
		return this.replies.write(this.verb, this.offset, maxLength);
	}

}
