package io.natsproxy.it.torture;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.IntSupplier;

import io.natsproxy.it.contract.TestContent;
import io.natsproxy.it.torture.LoadConnection.Response;
import io.natsproxy.it.torture.LoadWorker.WrongAnswerException;

/**
 * A load whose every answer is checked: small requests, of which some are under way at
 * any time, uploads and downloads that take a second, and WebSockets.
 */
final class CheckedLoad {

	private static final int REQUEST_WORKERS = 16;

	private static final long REQUEST_PAUSE_MILLIS = 80;

	/**
	 * How long a handler takes for every third request.
	 */
	private static final int HANDLING_MILLIS = 40;

	private static final int TRANSFER_WORKERS = 4;

	private static final int TRANSFER_SIZE = 3_000_000;

	private static final long TRANSFER_PAUSE_MILLIS = 15;

	private static final int SOCKETS = 4;

	private static final byte[] CONTENT = TestContent.bytes(TRANSFER_SIZE);

	private static final String CHECKSUM = TestContent.summary(TRANSFER_SIZE).sha256();

	private final List<LoadWorker> requests = new ArrayList<>();

	private final List<LoadWorker> transfers = new ArrayList<>();

	private final List<EchoSocket> sockets = new ArrayList<>();

	/**
	 * Begins to send.
	 * @param gateways the ports of the gateways, which may change
	 */
	CheckedLoad(List<IntSupplier> gateways) {
		for (int i = 0; i < REQUEST_WORKERS; i++) {
			this.requests.add(new LoadWorker(gateways, i, REQUEST_PAUSE_MILLIS, CheckedLoad::request));
		}
		for (int i = 0; i < TRANSFER_WORKERS; i++) {
			boolean upload = i / 2 % 2 == 0;
			this.transfers.add(new LoadWorker(gateways, i, TRANSFER_PAUSE_MILLIS,
					upload ? CheckedLoad::upload : CheckedLoad::download));
		}
		HttpClient client = HttpClient.newHttpClient();
		for (int i = 0; i < SOCKETS; i++) {
			this.sockets.add(new EchoSocket(client, gateways.get(i % gateways.size())));
		}
		this.requests.forEach(LoadWorker::start);
		this.transfers.forEach(LoadWorker::start);
		this.sockets.forEach(EchoSocket::start);
	}

	private static Response request(LoadConnection connection, String id, int number) throws IOException {
		String nonce = UUID.randomUUID().toString();
		int delay = (number % 3 == 0) ? HANDLING_MILLIS : 0;
		Response response = connection.post("/torture/work/" + id + "?delay=" + delay,
				nonce.getBytes(StandardCharsets.US_ASCII), 0);
		return check(response, id + ":" + nonce);
	}

	private static Response upload(LoadConnection connection, String id, int number) throws IOException {
		return check(connection.post("/torture/upload", CONTENT, TRANSFER_PAUSE_MILLIS), CHECKSUM);
	}

	private static Response download(LoadConnection connection, String id, int number) throws IOException {
		Response response = connection.get("/torture/download?size=" + TRANSFER_SIZE, TRANSFER_PAUSE_MILLIS);
		if (response.status() == 200 && !java.util.Arrays.equals(response.body(), CONTENT)) {
			throw new WrongAnswerException("Other content");
		}
		return response;
	}

	private static Response check(Response response, String expected) {
		if (response.status() == 200 && !response.text().equals(expected)) {
			throw new WrongAnswerException("'" + response.text() + "' in place of '" + expected + "'");
		}
		return response;
	}

	/**
	 * Ends what is under way, and tells what became of everything.
	 */
	Outcomes stop() throws InterruptedException {
		this.requests.forEach(LoadWorker::stop);
		this.transfers.forEach(LoadWorker::stop);
		this.sockets.forEach(EchoSocket::stop);
		List<Attempt> requests = new ArrayList<>();
		for (LoadWorker worker : this.requests) {
			requests.addAll(worker.await());
		}
		List<Attempt> transfers = new ArrayList<>();
		for (LoadWorker worker : this.transfers) {
			transfers.addAll(worker.await());
		}
		List<Attempt> sockets = new ArrayList<>();
		for (EchoSocket socket : this.sockets) {
			sockets.addAll(socket.await());
		}
		return new Outcomes(requests, transfers, sockets);
	}

	/**
	 * What became of requests, of uploads and downloads, and of WebSockets.
	 */
	record Outcomes(List<Attempt> requests, List<Attempt> transfers, List<Attempt> sockets) {

	}

}
