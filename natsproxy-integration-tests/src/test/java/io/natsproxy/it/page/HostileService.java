package io.natsproxy.it.page;

import io.natsproxy.it.gateway.Peer;

/**
 * A service that tells of itself by ADR-32 what no honest one would, and answers one
 * route.
 */
final class HostileService {

	static final String NAME = "<img/src=x/onerror=document['title']='taken'";

	static final String PATH = "/hostile/<script>document['title']='taken'</script>/{id}";

	static final String ERROR = "500:<b>bold</b>\\u202e";

	private HostileService() {
	}

	/**
	 * Has a peer be that service.
	 */
	static void on(Peer peer) {
		String who = "\"name\":\"" + NAME
				+ "\",\"id\":\"one\",\"version\":\"1.0.0<hr>\",\"metadata\":{\"<i>\":\"<u>\"}";
		peer.answer("$SRV.PING", "{\"type\":\"io.nats.micro.v1.ping_response\"," + who + "}")
			.answer("$SRV.INFO." + NAME + ".one", "{\"type\":\"io.nats.micro.v1.info_response\"," + who
					+ ",\"endpoints\":[" + "{\"subject\":\"GET:.hostile\",\"metadata\":{\"method\":\"GET\",\"path\":\""
					+ PATH + "\"}},"
					+ "{\"subject\":\"GET:.hostile.*\",\"metadata\":{\"method\":\"GET\",\"path\":\"/hostile/{id}\"}}]}")
			.answer("$SRV.STATS",
					"{\"type\":\"io.nats.micro.v1.stats_response\"," + who
							+ ",\"endpoints\":[{\"num_requests\":7,\"num_errors\":1,\"last_error\":\"" + ERROR
							+ "\",\"processing_time\":7000000}]}")
			.answer("GET:.hostile.*", "<b>answer</b>", "Natsproxy-Status", "200", "Content-Type", "text/html");
	}

}
