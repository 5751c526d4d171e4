package io.natsproxy.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * An nginx that is a reverse proxy: with connections to the service that are kept, with
 * WebSockets, and without bodies on the disk.
 */
final class Nginx {

	private static final String CONFIGURATION = "nginx.conf";

	private Nginx() {
	}

	/**
	 * Finds the program.
	 * @return its path
	 * @throws ChainFailedException if there is none
	 */
	static String program() {
		String program = Installation.program("nginx");
		if (program == null) {
			throw new ChainFailedException("There is no nginx in the PATH or /usr/sbin. Install it (Debian: apt-get"
					+ " install nginx-light), or leave " + Chain.NGINX + " out of --chains");
		}
		return program;
	}

	/**
	 * Starts it.
	 * @param name what to call it
	 * @param listen where it listens
	 * @param service where the service listens
	 * @param processes the group to which the process belongs, which removes its files
	 * @return the process
	 */
	static ChildProcess start(String name, Address listen, Address service, ProcessGroup processes) {
		String program = program();
		Path directory = Path.of(System.getProperty("java.io.tmpdir"), "natsproxy-nginx-" + UUID.randomUUID());
		boolean root = System.getProperty("user.name").equals("root");
		processes.own(() -> write(directory, configuration(listen, service, root)), () -> delete(directory));
		return processes.start(name, List.of(program, "-p", directory.toString(), "-c", CONFIGURATION, "-e", "stderr"));
	}

	/**
	 * Returns the text of a configuration, whose paths are relative to the directory in
	 * which it stands.
	 * @param listen where it listens
	 * @param service where the service listens
	 * @param root whether root runs it, whose directories its processes could not use as
	 * another user
	 * @return the text
	 */
	static String configuration(Address listen, Address service, boolean root) {
		return (root ? "user root root;\n" : "") + """
				daemon off;
				worker_processes auto;
				pid nginx.pid;
				error_log stderr warn;
				events {
				  worker_connections 8192;
				}
				http {
				  access_log off;
				  client_body_temp_path body;
				  proxy_temp_path proxy;
				  fastcgi_temp_path fastcgi;
				  uwsgi_temp_path uwsgi;
				  scgi_temp_path scgi;
				  client_max_body_size 0;
				  keepalive_requests 1000000000;
				  map $http_upgrade $connection_field {
				    default upgrade;
				    '' '';
				  }
				  upstream service {
				    server {service} max_fails=0;
				    keepalive 256;
				    keepalive_requests 1000000000;
				  }
				  server {
				    listen {listen} backlog=4096;
				    location / {
				      proxy_pass http://service;
				      proxy_http_version 1.1;
				      proxy_set_header Host $http_host;
				      proxy_set_header Upgrade $http_upgrade;
				      proxy_set_header Connection $connection_field;
				      proxy_request_buffering off;
				      proxy_max_temp_file_size 0;
				      proxy_read_timeout 5m;
				      proxy_send_timeout 5m;
				    }
				  }
				}
				""".replace("{listen}", listen.host() + ":" + listen.port())
			.replace("{service}", service.host() + ":" + service.port());
	}

	private static void write(Path directory, String configuration) {
		try {
			Files.createDirectory(directory);
			Files.writeString(directory.resolve(CONFIGURATION), configuration);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void delete(Path directory) {
		try (Stream<Path> files = Files.walk(directory)) {
			files.sorted(Comparator.reverseOrder()).forEach((file) -> file.toFile().delete());
		}
		catch (IOException ex) {
			// It was never made, or is left to what cleans the temporary files up.
		}
	}

}
