namespace SpotifyClientCredentials.Testing;

public sealed partial class FakeResponse
{
    /// <summary>Returns a copy of this response with the specified header, which replaces an existing header of that name.</summary>
    /// <param name="name">The header's name. Case-insensitive.</param>
    /// <param name="values">The header's values, each sent on a line of its own. If empty, the header is removed.</param>
    /// <returns>A new response.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty, or a value is null or contains a control character.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> or <paramref name="values"/> is null.</exception>
    public FakeResponse WithHeader(string name, params string[] values)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(values);
        if (values.Any(value => value is null || value.Any(char.IsControl)))
        {
            throw new ArgumentException($"A value of {name} is null or contains a control character.", nameof(values));
        }

        Dictionary<string, IReadOnlyList<string>> headers = new(Headers, StringComparer.OrdinalIgnoreCase);
        _ = headers.Remove(name);
        if (values.Length > 0)
        {
            headers.Add(name, [.. values]);
        }

        return new FakeResponse(this) { Headers = headers };
    }

    /// <summary>Returns a copy of this response with the specified body and the same headers.</summary>
    /// <param name="body">The body, which is copied.</param>
    /// <returns>A new response.</returns>
    public FakeResponse WithBody(ReadOnlyMemory<byte> body) => new(this) { Body = body.ToArray() };

    /// <summary>
    /// Returns a copy of this response that is sent after a delay. The delay is measured on the server's clock and starts when the request
    /// has been read.
    /// </summary>
    /// <param name="delay">The delay. If zero, the response is sent at once.</param>
    /// <returns>A new response.</returns>
    /// <remarks>The timer starts before the request is recorded, so a test that has seen the request can advance its clock.</remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delay"/> is negative.</exception>
    public FakeResponse WithDelay(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return new FakeResponse(this) { Delay = delay };
    }

    /// <summary>
    /// Returns a copy of this response that is sent once the specified task has completed and <see cref="Delay"/> has elapsed.
    /// </summary>
    /// <param name="task">The task to wait for. If it fails, the server sends a 500 response without a body.</param>
    /// <returns>A new response.</returns>
    /// <remarks>Replaces a task set earlier.</remarks>
    /// <example><c>fake.TokenResponse = FakeResponse.Default.WaitFor(signal.Task);</c></example>
    /// <exception cref="ArgumentNullException"><paramref name="task"/> is null.</exception>
    public FakeResponse WaitFor(Task task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return WaitFor(_ => task);
    }

    /// <summary>
    /// Returns a copy of this response that is sent once the task created for the request has completed. Also use it to learn, without
    /// polling, that a request has arrived: the function is called right after the request is recorded.
    /// </summary>
    /// <param name="getTask">A function that creates the task to wait for. If the function or its task fails, the server sends a 500 response
    /// without a body.</param>
    /// <returns>A new response.</returns>
    /// <remarks>Replaces a task set earlier. Concurrent requests call the function concurrently.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="getTask"/> is null.</exception>
    public FakeResponse WaitFor(Func<RecordedRequest, Task> getTask)
    {
        ArgumentNullException.ThrowIfNull(getTask);
        return new FakeResponse(this) { GetTask = getTask };
    }
}
