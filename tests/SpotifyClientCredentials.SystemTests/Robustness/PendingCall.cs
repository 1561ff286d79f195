using System.Net;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>A call of the provider or of the handler, as its caller and the API see it.</summary>
/// <param name="Kind">What it is called in counts.</param>
internal sealed record PendingCall(string Kind)
{
    /// <summary>The path of a call of the API; null for a call of the provider.</summary>
    public string? Path { get; init; }

    /// <summary>Whether its content can be sent again.</summary>
    public bool IsResendable { get; init; } = true;

    public CancellationTokenSource Cancellation { get; } = new();

    public bool HasEnded { get; set; }

    /// <summary>The token that it must not get, because the API rejected it.</summary>
    public string? Rejected { get; set; }

    /// <summary>Since when it has waited for a token.</summary>
    public TimeSpan WaitingSince { get; set; }

    /// <summary>Whether the test ran anything else while it waited.</summary>
    public bool HasWaited { get; set; }

    /// <summary>The tokens that were sent to the API.</summary>
    public List<ModelToken> Sent { get; } = [];

    /// <summary>The API's last status; null while it has not responded.</summary>
    public HttpStatusCode? Status { get; set; }

    public bool IsAtApi => Sent.Count > 0 && Status is null;

    /// <summary>Whether the 401 that it got may be about the path, and whether it is for certain.</summary>
    public (bool Perhaps, bool Certainly) IsAboutPath { get; set; }
}
