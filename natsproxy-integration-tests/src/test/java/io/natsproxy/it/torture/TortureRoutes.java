package io.natsproxy.it.torture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

import io.natsproxy.it.contract.TestContent;
import io.natsproxy.it.contract.TestContent.Summary;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsPost;
import io.natsproxy.webflux.annotation.NatsWebSocket;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * What the load asks for. Each execution is written to a file at once, so that it is
 * known even of a process that is killed.
 */
@NatsController
class TortureRoutes {

	private final FileChannel executions;

	TortureRoutes(@Value("${torture.executions}") Path executions) throws IOException {
		this.executions = FileChannel.open(executions, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
	}

	@NatsPost("/torture/work/{id}")
	Mono<String> work(@PathVariable String id, @RequestParam int delay, @RequestBody String nonce) {
		write(id);
		Mono<String> answer = Mono.just(id + ":" + nonce);
		return (delay > 0) ? answer.delayElement(Duration.ofMillis(delay)) : answer;
	}

	private void write(String id) {
		try {
			this.executions.write(ByteBuffer.wrap((id + "\n").getBytes(StandardCharsets.US_ASCII)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@NatsGet("/torture/download")
	ResponseEntity<Flux<DataBuffer>> download(@RequestParam long size) {
		return ResponseEntity.ok()
			.contentType(MediaType.APPLICATION_OCTET_STREAM)
			.contentLength(size)
			.body(TestContent.buffers(size));
	}

	@NatsPost("/torture/upload")
	Mono<String> upload(@RequestBody Flux<DataBuffer> body) {
		return TestContent.summary(body).map(Summary::sha256);
	}

	@NatsWebSocket("/torture/echo")
	WebSocketHandler echo() {
		return (session) -> session.send(session.receive().doOnNext(WebSocketMessage::retain));
	}

}
