package io.natsproxy.it.contract;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * The handlers of the contract in Spring MVC: those that WebFlux has, too, and others at
 * the same paths in place of those that are WebFlux's own.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({ ServletRequestEndpoints.class, ServletResponseEndpoints.class, ServletApplication.Failures.class,
		ServletStreamEndpoints.class, ServletFormEndpoints.class, FailureEndpoints.Advice.class,
		ServletApplication.MarkingServletFilter.class })
class ServletApplication {

	@Bean
	RouterFunction<ServerResponse> functions() {
		return ServletFunctions.routes();
	}

	@RestController
	static class Failures extends FailureEndpoints {

	}

	/**
	 * Marks every request, and turns some away.
	 */
	static class MarkingServletFilter extends OncePerRequestFilter {

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			request.setAttribute("filtered", "by the filter");
			response.addHeader("X-Filtered", "yes");
			if (request.getHeader("X-Forbidden") != null) {
				response.setStatus(HttpServletResponse.SC_FORBIDDEN);
				return;
			}
			chain.doFilter(request, response);
		}

	}

}
