namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>A call of the provider or of the handler.</summary>
internal sealed class PendingCall(bool isApi)
{
    public bool IsApi => isApi;

    public CancellationTokenSource Cancellation { get; } = new();

    /// <summary>Returns the token's value or the API's status code.</summary>
    public Task<object> Task { get; set; } = null!;

    /// <summary>When the call times out.</summary>
    public TimeSpan Deadline { get; set; }

    /// <summary>The token that it got from the provider.</summary>
    public string? Token { get; set; }

    public bool WasResent { get; set; }
}
