namespace SpotifyClientCredentials.Cache;

/// <summary>The renewals that rejected tokens force, and when the next one may cost a token request. Immutable.</summary>
/// <param name="ToReplace">The rejected token that the next acquisition has to replace, or null.</param>
/// <param name="Unproven">The token that replaced a rejected one, until the API accepts it; or null.</param>
/// <param name="InRow">How many unproven tokens from the token endpoint have been rejected in turn.</param>
/// <param name="ForcedAt">
/// The <see cref="TimeProvider"/> timestamp of the last token that the token endpoint issued because another had been rejected, or null.
/// </param>
internal sealed record ForcedRenewals(AccessToken? ToReplace, AccessToken? Unproven, int InRow, long? ForcedAt)
{
    private static readonly TimeSpan LongestFirstPause = TimeSpan.FromSeconds(30);

    public static ForcedRenewals None { get; } = new(null, null, 0, null);

    /// <summary>Whether the token to replace was itself the store's replacement of a rejected one.</summary>
    public bool BypassStore { get; private init; }

    /// <param name="window">The renewal window of the token that would be rejected.</param>
    /// <param name="timeProvider">The clock of <see cref="ForcedAt"/>.</param>
    public bool MayForceAnother(TimeSpan window, TimeProvider timeProvider) =>
        ForcedAt is not { } forcedAt || timeProvider.GetElapsedTime(forcedAt) >= Pause(window, Unproven is null ? 0 : InRow);

    public ForcedRenewals Rejected(AccessToken token)
    {
        int inRow = Unproven switch
        {
            null => 0,
            // It cost the token endpoint nothing.
            { IsFromStore: true } => InRow,
            _ => InRow + 1,
        };
        return new(token, Unproven: null, inRow, ForcedAt) { BypassStore = Unproven?.IsFromStore == true };
    }

    public ForcedRenewals Accepted(AccessToken token) => Unproven?.HasSameValueAs(token) == true ? this with { Unproven = null } : this;

    /// <param name="token">The token that was acquired.</param>
    /// <param name="isForced">Whether it was acquired because another had been rejected.</param>
    /// <param name="now">The current timestamp.</param>
    public ForcedRenewals Acquired(AccessToken token, bool isForced, long now) => this with
    {
        ToReplace = null,
        Unproven = isForced || Unproven is not null ? token : null,
        ForcedAt = isForced && !token.IsFromStore ? now : ForcedAt,
        BypassStore = false,
    };

    /// <summary>The shortest time between two token requests that rejected tokens force.</summary>
    /// <param name="window">The renewal window of the rejected token.</param>
    /// <param name="rejectedInRow">How many tokens that replaced a rejected one have been rejected in turn.</param>
    public static TimeSpan Pause(TimeSpan window, int rejectedInRow) =>
        Min(Min(LongestFirstPause, window / 4) * Math.Pow(2, Math.Min(rejectedInRow, 16)), window);

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
