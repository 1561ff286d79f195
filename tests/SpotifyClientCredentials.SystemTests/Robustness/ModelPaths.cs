namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>The paths that refused a fresh token. If the API has accepted that token elsewhere, the path's 401s aren't about the token.</summary>
internal sealed class ModelPaths
{
    private readonly List<Refusal> _refusals = [];

    /// <param name="path">The path.</param>
    /// <param name="fresh">The token that it refused.</param>
    /// <param name="current">The token in the cache.</param>
    /// <param name="now">The time.</param>
    public void OnRefused(string path, ModelToken fresh, ModelToken? current, TimeSpan now)
    {
        (TimeSpan one, TimeSpan other) = (fresh.Window, current?.Window ?? TimeSpan.Zero);
        _refusals.Add(new Refusal(path, fresh, WasCurrent: fresh == current, now + (one < other ? one : other), now + (one > other ? one : other)));
    }

    public void OnAccepted(string path) => _refusals.RemoveAll(refusal => refusal.Path == path);

    /// <summary>Whether a 401 of the path may be returned at once.</summary>
    public bool MayBeAboutPath(string path, TimeSpan now) =>
        // A reason that was known before holds for the next token, too.
        _refusals.Exists(refusal => refusal.Path == path && refusal.Fresh.AcceptedOn.Exists(accepting => accepting != path)) && _refusals.Exists(refusal => refusal.Path == path && now < refusal.Latest);

    /// <summary>Whether a 401 of the path must be returned at once.</summary>
    public bool IsAboutPath(string path, TimeSpan now) =>
        _refusals.FindLast(refusal => refusal.Path == path) is { WasCurrent: true, Fresh.AcceptedOn: [{ } first, ..] } last
        && first != path && now < last.Earliest;

    /// <param name="Path">The path.</param>
    /// <param name="Fresh">The token that it refused.</param>
    /// <param name="WasCurrent">Whether that was the token in the cache at the time.</param>
    /// <param name="Earliest">Until here it's remembered.</param>
    /// <param name="Latest">From here on it's no longer remembered.</param>
    private sealed record Refusal(string Path, ModelToken Fresh, bool WasCurrent, TimeSpan Earliest, TimeSpan Latest);
}
