namespace SpotifyClientCredentials.Soak;

/// <summary>A token that the server issued.</summary>
/// <param name="Value">The value of the token.</param>
/// <param name="Secret">The number of the secret in the token request.</param>
/// <param name="RequestedAt">When the token request arrived.</param>
internal sealed record IssuedToken(string Value, int Secret, TimeSpan RequestedAt)
{
    /// <summary>When the response was sent; null until then, or if the server went down at that time.</summary>
    public TimeSpan? SentAt { get; set; }

    public TimeSpan RevokedAt { get; set; } = TimeSpan.MaxValue;

    /// <summary>Whether it replaced one that the Web API had refused, and that was still usable.</summary>
    public bool IsForced { get; set; }

    /// <summary>Whether it may have: it may as well have replaced one that was due.</summary>
    public bool MayBeForced { get; set; }

    /// <summary>When the Web API first accepted it.</summary>
    public TimeSpan? AcceptedAt { get; set; }

    /// <summary>When a call with it first got 401, for whatever reason.</summary>
    public TimeSpan? RefusedAt { get; set; }

    /// <summary>When it was first refused because it had expired.</summary>
    public TimeSpan? FoundExpiredAt { get; set; }

    public TimeSpan ExpiresAt => RequestedAt + SoakSettings.TokenLifetime;
}
