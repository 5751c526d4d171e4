package io.natsproxy.core.discovery;

import java.util.Map;

/**
 * An endpoint as it is told: one method of one path.
 *
 * @param name its name, unique in its service
 * @param subject the widest subject on which it listens
 * @param queueGroup the queue group
 * @param metadata method, path and what else is known of it
 * @param statistics how its requests have gone
 */
record ServiceEndpoint(String name, String subject, String queueGroup, Map<String, String> metadata,
		EndpointStatistics statistics) {

}
