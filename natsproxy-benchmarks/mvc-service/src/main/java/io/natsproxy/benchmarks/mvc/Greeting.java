package io.natsproxy.benchmarks.mvc;

/**
 * The smallest answer.
 *
 * @param greeting the word
 */
record Greeting(String greeting) {

}
