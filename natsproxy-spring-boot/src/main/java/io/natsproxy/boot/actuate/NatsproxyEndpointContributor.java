package io.natsproxy.boot.actuate;

import java.util.Map;

/**
 * Adds to what the endpoint {@code natsproxy} tells. Beans of this type are asked in
 * their order, each time that the endpoint is.
 */
@FunctionalInterface
public interface NatsproxyEndpointContributor {

	/**
	 * Adds to the content.
	 * @param content the content so far, by names: maps, lists, texts, numbers and
	 * booleans. Texts of others have to be of bounded length
	 */
	void contribute(Map<String, Object> content);

}
