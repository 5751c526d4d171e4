package io.natsproxy.webflux.server;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RequestPredicates;

/**
 * Reads methods and paths out of a request predicate, as a list of alternatives.
 */
final class PredicateCoverVisitor implements RequestPredicates.Visitor {

	private final Deque<List<PredicateCover>> operands = new ArrayDeque<>();

	private PredicateCoverVisitor() {
	}

	static List<PredicateCover> coverOf(RequestPredicate predicate) {
		PredicateCoverVisitor visitor = new PredicateCoverVisitor();
		predicate.accept(visitor);
		return visitor.operands.pop();
	}

	@Override
	public void method(Set<HttpMethod> methods) {
		push(new PredicateCover(methods.stream().map(HttpMethod::name).collect(Collectors.toUnmodifiableSet()), null));
	}

	@Override
	public void path(String pattern) {
		push(new PredicateCover(null, pattern));
	}

	@Override
	@SuppressWarnings("removal")
	public void pathExtension(String extension) {
		pushEverything();
	}

	@Override
	public void header(String name, String value) {
		pushEverything();
	}

	@Override
	public void queryParam(String name, String value) {
		pushEverything();
	}

	@Override
	public void version(String version) {
		pushEverything();
	}

	@Override
	public void unknown(RequestPredicate predicate) {
		pushEverything();
	}

	@Override
	public void startAnd() {
		// Both operands follow.
	}

	@Override
	public void and() {
		// The second operand follows.
	}

	@Override
	public void endAnd() {
		List<PredicateCover> right = this.operands.pop();
		List<PredicateCover> left = this.operands.pop();
		List<PredicateCover> both = new ArrayList<>();
		left.forEach((first) -> right.forEach((second) -> both.add(first.and(second))));
		this.operands.push(both);
	}

	@Override
	public void startOr() {
		// Both operands follow.
	}

	@Override
	public void or() {
		// The second operand follows.
	}

	@Override
	public void endOr() {
		List<PredicateCover> either = new ArrayList<>(this.operands.pop());
		either.addAll(this.operands.pop());
		this.operands.push(either);
	}

	@Override
	public void startNegate() {
		// The operand follows.
	}

	@Override
	public void endNegate() {
		this.operands.pop();
		pushEverything();
	}

	private void push(PredicateCover cover) {
		this.operands.push(List.of(cover));
	}

	private void pushEverything() {
		this.operands.push(PredicateCover.EVERYTHING);
	}

}
