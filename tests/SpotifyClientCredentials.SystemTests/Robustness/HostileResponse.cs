using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests.Robustness;

internal enum Reach
{
    Responses,
    RefusesConnections,
    HasNoAddress,
    HasAnUntrustedCertificate,
}

/// <summary>What a token endpoint does once, and what has to come of it.</summary>
internal sealed record HostileResponse(Func<HostileConnection, Task> Response)
{
    public Reach Reach { get; init; } = Reach.Responses;

    /// <summary>How long the token lives; null where there must be none.</summary>
    public double? Life { get; init; }

    public string Token { get; init; } = HostileResponses.Token;

    public int? Status { get; init; }

    public string? Error { get; init; }

    public HttpRequestError HttpRequestError { get; init; } = HttpRequestError.Unknown;

    public bool IsTransient { get; init; } = true;

    public double? RetryAfter { get; init; }

    /// <summary>What the message says of it.</summary>
    public string Says { get; init; } = "";

    /// <summary>Whether it takes time: as long as an attempt may take.</summary>
    public bool IsSlow { get; init; }

    /// <summary>Of the answer's head.</summary>
    public int HeadLength { get; init; } = 1024;

    /// <summary>How long no request is sent afterwards: between the two.</summary>
    public (TimeSpan Shortest, TimeSpan Longest) Backoff
    {
        get
        {
            double asked = Math.Min(RetryAfter ?? 0, Status == 429 ? 3600 : 60);
            return IsTransient && asked < 1 ? (TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(1))
                : (TimeSpan.FromSeconds(IsTransient ? asked : Math.Max(30, asked)), TimeSpan.FromSeconds(IsTransient ? asked : Math.Max(30, asked)));
        }
    }
}

/// <summary>A connection with a request read from it, and the clock that the client goes by.</summary>
internal sealed class HostileConnection(RawConnection connection, WatchedTimeProvider clock, Action pausing)
{
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>The Basic value that was sent.</summary>
    public string Basic { get; } = connection.Request.Split("Authorization: Basic ")[1].Split("\r\n")[0];

    public Task SendAsync(string text) => connection.SendAsync(text);

    public void Reset() => connection.Reset();

    public Task HoldAsync() => connection.HoldAsync();

    public async Task DripAsync(string text)
    {
        foreach (char drop in text)
        {
            await connection.SendAsync(drop.ToString());
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
        pausing();
        return pause;
    }
}
