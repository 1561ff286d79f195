namespace SpotifyClientCredentials.Soak;

/// <summary>A change of the client's secret.</summary>
/// <param name="Secret">The number of the new secret.</param>
/// <param name="StartedAt">When the change started.</param>
internal sealed record Reload(int Secret, TimeSpan StartedAt)
{
    /// <summary>When the client had taken it over.</summary>
    public TimeSpan? CompletedAt { get; set; }
}
