package io.natsproxy.gateway.hook;

import java.util.ArrayList;
import java.util.List;

import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.wire.ResponseHead;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

class GatewayResponseTests {

	private static final HeaderFields FIELDS = (action) -> {
		action.accept("Vary", List.of("Accept"));
		action.accept("ETag", List.of("1"));
		action.accept("vary", List.of("Origin"));
	};

	private final GatewayResponse response = new GatewayResponse(
			new NatsReply(new ResponseHead(200, FIELDS), new byte[] { 1 }));

	@Test
	void fieldsOfAReplyComeOnce() {
		assertThat(lines()).containsExactly("Vary: [Accept, Origin]", "ETag: [1]");
	}

	@Test
	void whatAHookChangesShows() {
		this.response.getHeaders().add("vary", "Cookie");
		this.response.getHeaders().remove("etag");
		assertThat(lines()).containsExactly("Vary: [Accept, Origin, Cookie]");
		assertThat(this.response.getHeaders().get("Vary")).containsExactly("Accept", "Origin", "Cookie");
	}

	@Test
	void bodyIsReadAsItStandsWhenItIsAskedFor() {
		Mono<byte[]> body = this.response.readBody();
		assertThat(body.block()).containsExactly(1);
		this.response.setBody(new byte[] { 2 });
		assertThat(body.block()).containsExactly(2);
	}

	private List<String> lines() {
		List<String> lines = new ArrayList<>();
		this.response.fields().forEach((name, values) -> lines.add(name + ": " + values));
		return lines;
	}

}
