package io.natsproxy.it.contract;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Handler methods that change the response of the servlet container.
 */
@RestController
class ServletResponseEndpoints extends ResponseEndpoints {

	@GetMapping("/before-commit")
	String beforeCommit(HttpServletResponse response) {
		response.setStatus(HttpServletResponse.SC_ACCEPTED);
		response.setHeader("X-Committed", "yes");
		return "accepted";
	}

	@GetMapping("/cookies")
	void cookies(HttpServletResponse response) {
		Cookie first = new Cookie("first", "1");
		first.setPath("/responses");
		first.setMaxAge(3600);
		first.setHttpOnly(true);
		first.setSecure(true);
		first.setAttribute("SameSite", "Strict");
		response.addCookie(first);
		Cookie second = new Cookie("second", "2");
		second.setDomain("example.com");
		response.addCookie(second);
		response.addHeader(HttpHeaders.SET_COOKIE, "third=3; Path=/x");
	}

}
