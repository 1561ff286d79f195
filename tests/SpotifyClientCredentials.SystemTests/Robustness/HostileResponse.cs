using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests.Robustness;

internal enum Reachability
{
    Reachable,
    ConnectionRefused,
    NameNotResolved,
    UntrustedCertificate,
}

/// <summary>What a token endpoint does once, and the expected outcome.</summary>
internal sealed record HostileResponse(Func<HostileConnection, Task> Response)
{
    public Reachability Reachability { get; init; } = Reachability.Reachable;

    /// <summary>The lifetime of the token in seconds; null if the response must not yield a token.</summary>
    public double? Lifetime { get; init; }

    public string Token { get; init; } = HostileResponses.Token;

    public int? Status { get; init; }

    public string? Error { get; init; }

    /// <summary>.NET's name for the cause, in the inner exception.</summary>
    public HttpRequestError HttpRequestError { get; init; } = HttpRequestError.Unknown;

    public bool IsTransient { get; init; } = true;

    public double? RetryAfter { get; init; }

    /// <summary>Text that the exception message must contain.</summary>
    public string Message { get; init; } = "";

    /// <summary>Whether it lasts until the request times out.</summary>
    public bool IsSlow { get; init; }

    /// <summary>The length of the status line and headers, in bytes.</summary>
    public int HeadLength { get; init; } = 1024;

    /// <summary>The range of the backoff after it.</summary>
    public (TimeSpan Shortest, TimeSpan Longest) Backoff
    {
        get
        {
            TimeSpan retryAfter = TimeSpan.FromSeconds(Math.Min(RetryAfter ?? 0, Status == 429 ? 3600 : 60));
            (TimeSpan shortest, TimeSpan longest) = IsTransient ? (TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(0.5)) : (TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30));
            return retryAfter > longest ? (retryAfter, retryAfter) : (shortest, longest);
        }
    }
}

/// <summary>A connection whose request has been read, and the clock of the client.</summary>
internal sealed class HostileConnection(RawConnection connection, WatchedTimeProvider clock, Action onPause)
{
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>The Basic value of the request.</summary>
    public string Basic { get; } = connection.Request.Split("Authorization: Basic ")[1].Split("\r\n")[0];

    public Task SendAsync(string text) => connection.SendAsync(text);

    public void Reset() => connection.Reset();

    public Task KeepOpenAsync() => connection.KeepOpenAsync();

    public async Task SendByteByByteAsync(string text)
    {
        foreach (char character in text)
        {
            await connection.SendAsync(character.ToString());
            await PauseAsync();
        }
    }

    public async Task HangAsync()
    {
        while (true)
        {
            await PauseAsync();
        }
    }

    private Task PauseAsync()
    {
        Task pause = Task.Delay(Pause, clock, connection.Stopped);
        onPause();
        return pause;
    }
}
