package io.natsproxy.core.discovery;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.nats.client.support.Encoding;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Writes the answers of one instance of a service. One that does not fit a message has as
 * many endpoints as do, and its metadata say where the rest begins. Immutable.
 */
final class DiscoveryReplies {

	/**
	 * The version of the wire protocol, by which gateways know a service whose endpoints
	 * are routes.
	 */
	static final String PROTOCOL = "natsproxy.protocol";

	/**
	 * The other format in which requests may come.
	 */
	static final String FORMATS = "natsproxy.formats";

	/**
	 * The number of all endpoints, where they do not fit one answer.
	 */
	static final String TOTAL = "natsproxy.endpoints";

	/**
	 * The number of the first endpoint that did not fit, from 0.
	 */
	static final String NEXT = "natsproxy.next";

	/**
	 * The ids of the management endpoints that can be read, separated by commas.
	 */
	static final String MANAGEMENT = "natsproxy.management";

	/**
	 * Most characters of all ids, beyond which ids are left out: who reads them takes no
	 * longer texts.
	 */
	private static final int MAX_MANAGEMENT = 1000;

	/**
	 * Room for the two numbers that are not known before the endpoints are.
	 */
	private static final int RESERVE = 128;

	private final ServiceDescription service;

	private final String id;

	private final List<ServiceEndpoint> endpoints;

	private final Map<String, String> metadata;

	private final Instant started;

	/**
	 * Told by {@link DiscoveryVerb#INFO} only, for which nobody asks before it is known.
	 */
	private volatile @Nullable ServiceDocument document;

	/**
	 * Told by {@link DiscoveryVerb#INFO} only, as the document is; empty for nothing.
	 */
	private volatile String management = "";

	/**
	 * Creates the answers.
	 * @param id the id of the instance
	 * @param started when it has begun
	 */
	DiscoveryReplies(ServiceDescription service, String id, ServiceEndpoints endpoints, Instant started) {
		this.service = service;
		this.id = id;
		this.endpoints = endpoints.list();
		this.started = started;
		Map<String, String> metadata = new LinkedHashMap<>(service.metadata());
		metadata.put(PROTOCOL, Integer.toString(WireProtocol.VERSION));
		if (endpoints.format() != null) {
			metadata.put(FORMATS, endpoints.format());
		}
		this.metadata = metadata;
	}

	/**
	 * Sets the document that is told.
	 */
	void document(@Nullable ServiceDocument document) {
		this.document = document;
	}

	/**
	 * Sets the management endpoints that are told.
	 */
	void management(List<String> endpoints) {
		StringBuilder ids = new StringBuilder();
		for (String id : endpoints) {
			if (ids.length() + id.length() < MAX_MANAGEMENT) {
				ids.append(ids.isEmpty() ? "" : ",").append(id);
			}
		}
		this.management = ids.toString();
	}

	/**
	 * Writes an answer.
	 * @param verb what has been asked for
	 * @param offset how many endpoints are left out at the beginning
	 * @param maxLength the most bytes that it may have
	 * @return the payload, or {@code null} if not even one without endpoints fits
	 */
	byte @Nullable [] write(DiscoveryVerb verb, int offset, int maxLength) {
		StringBuilder head = new StringBuilder(512).append('{');
		field(head, "type", verb.responseType()).append(',');
		field(head, "name", this.service.name()).append(',');
		field(head, "id", this.id).append(',');
		field(head, "version", this.service.version()).append(',');
		switch (verb) {
			case PING -> {
				return checked(bytes(end(head, Map.of())), maxLength);
			}
			case INFO -> field(head, "description", this.service.description()).append(',');
			case STATS -> field(head, "started", this.started.toString()).append(',');
		}
		byte[] beginning = bytes(head.append("\"endpoints\":["));
		ServiceDocument document = (verb == DiscoveryVerb.INFO) ? this.document : null;
		Map<String, String> more = new LinkedHashMap<>();
		if (document != null) {
			more.put(ServiceDocument.HASH, document.hash());
			more.put(ServiceDocument.LENGTH, Integer.toString(document.content().length));
		}
		if (verb == DiscoveryVerb.INFO && !this.management.isEmpty()) {
			more.put(MANAGEMENT, this.management);
		}
		int room = maxLength - beginning.length - bytes(end(new StringBuilder("],"), more)).length - RESERVE;
		if (room <= 0) {
			return null;
		}
		ByteArrayOutputStream page = new ByteArrayOutputStream(1024);
		int first = Math.min(offset, this.endpoints.size());
		int next = first;
		boolean whole = first == 0;
		while (next < this.endpoints.size()) {
			byte[] endpoint = bytes(endpoint(verb, this.endpoints.get(next), document));
			if (endpoint.length >= room) {
				// One that never fits must not keep the others back.
				whole = false;
			}
			else if (page.size() + endpoint.length >= room) {
				whole = false;
				break;
			}
			else {
				if (page.size() > 0) {
					page.write(',');
				}
				page.writeBytes(endpoint);
			}
			next++;
		}
		ByteArrayOutputStream reply = new ByteArrayOutputStream(beginning.length + page.size() + 1024);
		reply.writeBytes(beginning);
		reply.writeBytes(page.toByteArray());
		if (!whole) {
			addNext(next, more);
		}
		reply.writeBytes(bytes(end(new StringBuilder("],"), more)));
		return checked(reply.toByteArray(), maxLength);
	}

	private void addNext(int next, Map<String, String> more) {
		more.put(TOTAL, Integer.toString(this.endpoints.size()));
		if (next < this.endpoints.size()) {
			more.put(NEXT, Integer.toString(next));
		}
	}

	private static byte @Nullable [] checked(byte[] reply, int maxLength) {
		return (reply.length <= maxLength) ? reply : null;
	}

	private StringBuilder end(StringBuilder json, Map<String, String> more) {
		Map<String, String> metadata = new LinkedHashMap<>(this.metadata);
		metadata.putAll(more);
		return metadata(json, metadata).append('}');
	}

	private static StringBuilder endpoint(DiscoveryVerb verb, ServiceEndpoint endpoint,
			@Nullable ServiceDocument document) {
		StringBuilder json = new StringBuilder(256).append('{');
		field(json, "name", endpoint.name()).append(',');
		field(json, "subject", endpoint.subject()).append(',');
		field(json, "queue_group", endpoint.queueGroup()).append(',');
		if (verb == DiscoveryVerb.INFO) {
			return metadata(json, (document != null) ? withSchema(endpoint.metadata(), document) : endpoint.metadata())
				.append('}');
		}
		EndpointStatistics statistics = endpoint.statistics();
		long requests = statistics.requests();
		long nanos = statistics.nanos();
		json.append("\"num_requests\":").append(requests);
		json.append(",\"num_errors\":").append(statistics.errors()).append(',');
		field(json, "last_error", statistics.lastError());
		json.append(",\"processing_time\":").append(nanos);
		json.append(",\"average_processing_time\":").append((requests > 0) ? nanos / requests : 0);
		return json.append('}');
	}

	private static Map<String, String> withSchema(Map<String, String> metadata, ServiceDocument document) {
		String schema = document.schemas()
			.get(ServiceDocument.key(metadata.getOrDefault(EndpointTraits.METHOD, ""),
					metadata.getOrDefault(EndpointTraits.PATH, "")));
		if (schema == null || metadata.containsKey("upgrade")) {
			return metadata;
		}
		Map<String, String> all = new LinkedHashMap<>(metadata);
		all.put(ServiceDocument.SCHEMA, schema);
		return all;
	}

	private static StringBuilder metadata(StringBuilder json, Map<String, String> metadata) {
		json.append("\"metadata\":{");
		String separator = "";
		for (Map.Entry<String, String> entry : metadata.entrySet()) {
			field(json.append(separator), entry.getKey(), entry.getValue());
			separator = ",";
		}
		return json.append('}');
	}

	private static StringBuilder field(StringBuilder json, String name, String value) {
		json.append('"');
		Encoding.jsonEncode(json, name);
		json.append("\":\"");
		Encoding.jsonEncode(json, value);
		return json.append('"');
	}

	private static byte[] bytes(CharSequence json) {
		return json.toString().getBytes(StandardCharsets.UTF_8);
	}

}
