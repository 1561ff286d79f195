

namespace SpotifyClientCredentials.Testing;

public sealed partial class FakeResponse
{
    /// <summary>This answer with a header, in place of whatever it had under that name.</summary>
    /// <param name="name">The header's name, in any letter case.</param>
    /// <param name="values">One line is sent per value; without a value the header is left out.</param>
    /// <returns>A new answer.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty, or a value contains a control character.</exception>
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

    /// <summary>This answer with another body; the headers stay.</summary>
    /// <param name="body">The body; a copy is taken.</param>
    /// <returns>A new answer.</returns>
    public FakeResponse WithBody(ReadOnlyMemory<byte> body) => new(this) { Body = body.ToArray() };

    /// <summary>This answer held back for a while on the server's clock, counted from when the request had been read.</summary>
    /// <param name="delay">How long; zero sends it at once.</param>
    /// <returns>A new answer.</returns>
    /// <remarks>The timer runs before the request is recorded: a test that has seen the request may advance its clock.</remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delay"/> is negative.</exception>
    public FakeResponse WithDelay(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return new FakeResponse(this) { Delay = delay };
    }

    /// <summary>This answer held back until the test's own task is complete, and for <see cref="Delay"/> if that is longer.</summary>
    /// <param name="task">What to wait for. If it fails, the request is answered by a bare 500.</param>
    /// <returns>A new answer.</returns>
    /// <remarks>A task set earlier is replaced.</remarks>
    /// <example><c>fake.TokenResponse = FakeResponse.Default.WaitFor(signal.Task);</c></example>
    /// <exception cref="ArgumentNullException"><paramref name="task"/> is null.</exception>
    public FakeResponse WaitFor(Task task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return WaitFor(_ => task);
    }

    /// <summary>
    /// This answer held back until the task that the test makes for each request is complete. The function is also how a test learns,
    /// without polling, that a request has arrived: it runs right after the request was recorded.
    /// </summary>
    /// <param name="getTask">Makes the task to wait for. If it or its task fails, the request is answered by a bare 500.</param>
    /// <returns>A new answer.</returns>
    /// <remarks>A task set earlier is replaced. Called from several threads at once where requests are.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="getTask"/> is null.</exception>
    public FakeResponse WaitFor(Func<RecordedRequest, Task> getTask)
    {
        ArgumentNullException.ThrowIfNull(getTask);
        return new FakeResponse(this) { WaitsFor = getTask };
    }
}
