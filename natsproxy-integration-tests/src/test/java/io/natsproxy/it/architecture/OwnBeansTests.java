package io.natsproxy.it.architecture;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.annotation.Bean;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every bean of every auto-configuration can be replaced by the application's own, or the
 * documentation says why not.
 */
class OwnBeansTests {

	private static final Path DOCUMENTATION = Path.of("..", "docs", "own-beans.md");

	private static final String KEPT = "## Beans that stay";

	@ParameterizedTest
	@MethodSource("beans")
	void beanCanBeReplacedOrItIsSaidWhyNot(Method bean) throws IOException {
		String documentation = Files.readString(DOCUMENTATION);
		int kept = documentation.indexOf(KEPT);
		assertThat(documentation.substring(isReplaceable(bean) ? 0 : kept,
				isReplaceable(bean) ? kept : documentation.length()))
			.contains("`" + name(bean) + "`");
	}

	@Test
	void beansOfAllModulesAreLookedAt() {
		assertThat(beans().map(OwnBeansTests::name)).contains("natsConnection", "natsproxyGatewayHandler", "natsServer",
				"goMessageFormat", "natsHealthContributor");
	}

	static Stream<Method> beans() {
		return StreamSupport
			.stream(ImportCandidates.load(AutoConfiguration.class, OwnBeansTests.class.getClassLoader()).spliterator(),
					false)
			.filter((name) -> name.startsWith("io.natsproxy."))
			.map((name) -> ClassUtils.resolveClassName(name, OwnBeansTests.class.getClassLoader()))
			.flatMap((type) -> Stream.concat(Stream.of(type), Stream.of(type.getDeclaredClasses())))
			.flatMap((type) -> Stream.of(type.getDeclaredMethods()))
			.filter((method) -> method.isAnnotationPresent(Bean.class));
	}

	private static String name(Method bean) {
		String[] names = bean.getAnnotation(Bean.class).value();
		return (names.length > 0) ? names[0] : bean.getName();
	}

	/**
	 * Returns whether a bean is left out where the application has its own: by a
	 * condition of its method, or by one of its class for beans of its type.
	 */
	private static boolean isReplaceable(Method bean) {
		Class<?> type = bean.getDeclaringClass();
		Class<?> outer = type.getDeclaringClass();
		return bean.isAnnotationPresent(ConditionalOnMissingBean.class)
				|| Stream.of(type, (outer != null) ? outer : type).anyMatch((each) -> isConditional(each, bean));
	}

	private static boolean isConditional(Class<?> type, Method bean) {
		ConditionalOnMissingBean condition = type.getAnnotation(ConditionalOnMissingBean.class);
		return condition != null
				&& Stream.of(condition.value()).anyMatch((missing) -> missing.isAssignableFrom(bean.getReturnType()));
	}

}
