package io.natsproxy.samples.orders;

import java.io.IOException;
import java.net.URI;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

import jakarta.validation.Valid;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Takes and tells orders.
 */
@RestController
@RequestMapping("/orders")
class OrderController {

	private final Map<Long, Order> orders = new ConcurrentSkipListMap<>();

	private final AtomicLong ids = new AtomicLong();

	@GetMapping
	Collection<Order> all() {
		return this.orders.values();
	}

	@GetMapping("/{id}")
	Order one(@PathVariable long id) {
		Order order = this.orders.get(id);
		if (order == null) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND);
		}
		return order;
	}

	@PostMapping
	ResponseEntity<Order> create(@Valid @RequestBody Order.New order) {
		Order created = add(order.item());
		return ResponseEntity.created(URI.create("/orders/" + created.id())).body(created);
	}

	@PostMapping("/form")
	ResponseEntity<Void> form(@RequestParam String item) {
		return ResponseEntity.status(HttpStatus.SEE_OTHER).location(URI.create("/orders/" + add(item).id())).build();
	}

	/**
	 * Sends all orders as events.
	 */
	@GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	SseEmitter events() throws IOException {
		SseEmitter emitter = new SseEmitter();
		for (Order order : this.orders.values()) {
			emitter.send(order, MediaType.APPLICATION_JSON);
		}
		emitter.complete();
		return emitter;
	}

	private Order add(String item) {
		Order order = new Order(this.ids.incrementAndGet(), item);
		this.orders.put(order.id(), order);
		return order;
	}

}
