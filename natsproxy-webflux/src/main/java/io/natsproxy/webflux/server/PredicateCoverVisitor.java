package io.natsproxy.webflux.server;

import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.springframework.http.HttpMethod;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.ServerRequest;

/**
 * Reads methods and paths out of a request predicate, as a list of alternatives. The
 * predicate of a route looks at one path with both sides of an "and"; that of nested
 * routes takes the path of one side off before it looks at the other.
 */
final class PredicateCoverVisitor implements RequestPredicates.Visitor {

	private static final List<PredicateCover> ANY_REST = List
		.of(new PredicateCover(null, PredicateCover.ANY_REST, false));

	private static final Pattern ENDS_WITH_A_WILDCARD = Pattern.compile("(.*)/\\*");

	private final boolean nested;

	private final Deque<List<PredicateCover>> operands = new ArrayDeque<>();

	private PredicateCoverVisitor(boolean nested) {
		this.nested = nested;
	}

	/**
	 * Reads the predicate of a route.
	 */
	static List<PredicateCover> ofRoute(RequestPredicate predicate) {
		return read(predicate, new PredicateCoverVisitor(false));
	}

	/**
	 * Reads the predicate of nested routes.
	 */
	static List<PredicateCover> ofNested(RequestPredicate predicate) {
		return read(predicate, new PredicateCoverVisitor(true));
	}

	private static List<PredicateCover> read(RequestPredicate predicate, PredicateCoverVisitor visitor) {
		predicate.accept(visitor);
		return visitor.operands.pop();
	}

	@Override
	public void method(Set<HttpMethod> methods) {
		Set<String> names = methods.stream().map(HttpMethod::name).collect(Collectors.toUnmodifiableSet());
		this.operands.push(List.of(new PredicateCover(names, null, true)));
	}

	@Override
	public void path(String pattern) {
		PredicateCover cover = new PredicateCover(null, pattern, true);
		Matcher wildcard = ENDS_WITH_A_WILDCARD.matcher(pattern);
		if (this.nested && wildcard.matches()) {
			// It takes an empty segment too, and leaves that to the nested routes.
			this.operands.push(List.of(cover, new PredicateCover(null, wildcard.group(1), false)));
		}
		else {
			this.operands.push(List.of(cover));
		}
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
		if (this.nested && takesPathOff(predicate)) {
			this.operands.push(ANY_REST);
		}
		else {
			pushEverything();
		}
	}

	/**
	 * Tells whether nested routes may see another path than the predicate does.
	 */
	private static boolean takesPathOff(RequestPredicate predicate) {
		Method nest = ReflectionUtils.findMethod(predicate.getClass(), "nest", ServerRequest.class);
		return nest == null || nest.getDeclaringClass() != RequestPredicate.class;
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
		left.forEach((first) -> right
			.forEach((second) -> (this.nested ? first.nest(second) : first.and(second)).forEach(both::add)));
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

	private void pushEverything() {
		this.operands.push(PredicateCover.EVERYTHING);
	}

}
