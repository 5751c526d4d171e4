package io.natsproxy.boot.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * {@link Endpoint} with what a gateway, a service or a caller knows of itself and of the
 * bus: connections, memory, exchanges, routes. It changes nothing.
 */
@Endpoint(id = NatsproxyEndpoint.ID, defaultAccess = Access.READ_ONLY)
public class NatsproxyEndpoint {

	/**
	 * The id of the endpoint.
	 */
	public static final String ID = "natsproxy";

	private final List<NatsproxyEndpointContributor> contributors;

	/**
	 * Creates the endpoint.
	 * @param contributors add what it tells, in this order
	 */
	public NatsproxyEndpoint(List<NatsproxyEndpointContributor> contributors) {
		this.contributors = List.copyOf(contributors);
	}

	/**
	 * Returns all that is known.
	 * @return the content, by names
	 */
	@ReadOperation
	public Map<String, Object> natsproxy() {
		Map<String, Object> content = new LinkedHashMap<>();
		this.contributors.forEach((contributor) -> contributor.contribute(content));
		return content;
	}

}
