package io.natsproxy.core.management;

import java.util.List;

import reactor.core.publisher.Mono;

/**
 * The management endpoints of an application that others may read over NATS, by the
 * instances of its services. Nobody is authenticated there.
 */
public interface ServiceManagement {

	/**
	 * Has no endpoints.
	 */
	ServiceManagement NONE = new ServiceManagement() {

		@Override
		public List<String> endpoints() {
			return List.of();
		}

		@Override
		public Mono<ManagementResponse> read(ManagementRequest request, int maxLength) {
			return Mono.just(ManagementResponse.problem(404, "There are no management endpoints"));
		}

	};

	/**
	 * Returns the ids of the endpoints, once the application has started; called on a
	 * thread that may be blocked.
	 * @return the ids; empty if there is nothing to be read, and nobody is to be told
	 */
	List<String> endpoints();

	/**
	 * Reads an endpoint; subscribed to on a thread that may be blocked.
	 * @param request what is asked for
	 * @param maxLength the most bytes that the body may have
	 * @return the response, of which a failure says no more than that there is one
	 */
	Mono<ManagementResponse> read(ManagementRequest request, int maxLength);

}
