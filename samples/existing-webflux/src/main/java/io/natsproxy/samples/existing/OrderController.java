package io.natsproxy.samples.existing;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import jakarta.validation.Valid;
import reactor.core.publisher.Flux;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * Takes orders, and tells of them.
 */
@RestController
@RequestMapping("/orders")
class OrderController {

	private final List<Order> orders = new CopyOnWriteArrayList<>();

	@PostMapping
	ResponseEntity<Order> create(@Valid @RequestBody Order order) {
		synchronized (this.orders) {
			this.orders.add(order);
			return ResponseEntity.created(URI.create("/orders/" + (this.orders.size() - 1))).body(order);
		}
	}

	@GetMapping
	List<Order> all() {
		return this.orders;
	}

	@GetMapping("/{id}")
	Order get(@PathVariable int id) {
		if (id < 0 || id >= this.orders.size()) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND);
		}
		return this.orders.get(id);
	}

	@GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<String> events() {
		return Flux.interval(Duration.ZERO, Duration.ofSeconds(1)).map((tick) -> this.orders.size() + " orders");
	}

}
