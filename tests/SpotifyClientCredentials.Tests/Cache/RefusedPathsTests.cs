using SpotifyClientCredentials.Cache;

namespace SpotifyClientCredentials.Tests.Cache;

public sealed class RefusedPathsTests
{
    private static readonly AccessToken Fresh = Token("fresh");

    [Fact]
    public void Contains_AfterAPathRefusedAFreshToken_IsFalseUntilThatTokenIsAcceptedElsewhere()
    {
        RefusedPaths paths = RefusedPaths.None.Add(Refusal("GET /v1/me"), now: 0);
        Assert.False(paths.Contains("GET /v1/me", now: 0));

        paths = paths.Accepted("GET /v1/tracks", Token("fresh"), now: 0);
        Assert.True(paths.Contains("GET /v1/me", now: 0));
    }

    [Fact]
    public void Contains_AfterAnotherTokenWasAcceptedElsewhere_IsFalse() => Assert.False(
        RefusedPaths.None.Add(Refusal("GET /v1/me"), now: 0).Accepted("GET /v1/tracks", Token("another"), now: 0).Contains("GET /v1/me", now: 0));

    [Fact]
    public void Contains_OnceAPathIsKnown_StaysTrueWhateverOtherTokenIsAccepted() => Assert.True(
        RefusedPaths.None.Add(Refusal("GET /v1/me"), now: 0).Accepted("GET /v1/tracks", Fresh, now: 0)
            .Accepted("GET /v1/tracks", Token("another"), now: 0).Contains("GET /v1/me", now: 0));

    [Fact]
    public void Contains_WhenTheTokenHadBeenAcceptedBefore_IsTrueAtOnce() =>
        Assert.True(RefusedPaths.None.Add(Refusal("GET /v1/me") with { IsAboutPath = true }, now: 0).Contains("GET /v1/me", now: 0));

    [Fact]
    public void Contains_OfAnotherPath_IsFalse() =>
        Assert.False(RefusedPaths.None.Add(Refusal("GET /v1/me") with { IsAboutPath = true }, now: 0).Contains("POST /v1/me", now: 0));

    [Fact]
    public void Contains_AsTheWindowEnds_IsFalse()
    {
        RefusedPaths paths = RefusedPaths.None.Add(Refusal("GET /v1/me", until: 300) with { IsAboutPath = true }, now: 0);

        Assert.True(paths.Contains("GET /v1/me", now: 299));
        Assert.False(paths.Contains("GET /v1/me", now: 300));
    }

    [Fact]
    public void Accepted_OnTheRefusedPathItself_RemovesIt()
    {
        RefusedPaths paths = RefusedPaths.None.Add(Refusal("GET /v1/me"), now: 0).Add(Refusal("GET /v1/other"), now: 0);

        paths = paths.Accepted("GET /v1/me", Fresh, now: 0);

        Assert.False(paths.Contains("GET /v1/me", now: 0));
        Assert.True(paths.Contains("GET /v1/other", now: 0));
        Assert.True(paths.Accepted("GET /v1/other", Token("another"), now: 0).IsEmpty);
    }

    [Fact]
    public void Accepted_AfterTheWindow_RemovesAllThatIsOver() =>
        Assert.True(RefusedPaths.None.Add(Refusal("GET /v1/me", until: 300), now: 0).Accepted("GET /v1/tracks", Fresh, now: 300).IsEmpty);

    [Fact]
    public void Accepted_WithNothingRemembered_ChangesNothing() =>
        Assert.Same(RefusedPaths.None, RefusedPaths.None.Accepted("GET /v1/tracks", Fresh, now: 0));

    [Fact]
    public void Add_OfAPathThatIsRemembered_StartsItsWindowAnewAndKeepsTheReason()
    {
        RefusedPaths paths = RefusedPaths.None.Add(Refusal("GET /v1/me") with { IsAboutPath = true }, now: 0);

        paths = paths.Add(new Refusal("GET /v1/me", Token("newer"), IsAboutPath: false, Until: 500), now: 200);

        Assert.True(paths.Contains("GET /v1/me", now: 499));
        Assert.False(paths.Contains("GET /v1/me", now: 500));
    }

    [Fact]
    public void Add_OfAPathWhoseReasonIsUnknown_WaitsForTheAcceptanceOfTheNewestToken()
    {
        RefusedPaths paths = RefusedPaths.None.Add(Refusal("GET /v1/me"), now: 0)
            .Add(new Refusal("GET /v1/me", Token("newer"), IsAboutPath: false, Until: 500), now: 200);

        Assert.False(paths.Accepted("GET /v1/tracks", Fresh, now: 200).Contains("GET /v1/me", now: 200));
        Assert.True(paths.Accepted("GET /v1/tracks", Token("newer"), now: 200).Contains("GET /v1/me", now: 200));
    }

    [Fact]
    public void Add_OfMoreThan64Paths_KeepsTheNewest()
    {
        RefusedPaths paths = Enumerable.Range(1, 65).Aggregate(
            RefusedPaths.None, (paths, number) => paths.Add(Refusal($"GET /v1/{number}") with { IsAboutPath = true }, now: 0));

        Assert.Equal(
            Enumerable.Range(2, 64), Enumerable.Range(1, 65).Where(number => paths.Contains($"GET /v1/{number}", now: 0)));
    }

    [Fact]
    public void Add_WhenOldPathsAreOver_MakesRoomWithThemFirst()
    {
        RefusedPaths paths = Enumerable.Range(1, 64).Aggregate(RefusedPaths.None, (paths, number) =>
            paths.Add(Refusal($"GET /v1/{number}", until: number > 32 ? 100 : 300) with { IsAboutPath = true }, now: 0));

        paths = paths.Add(Refusal("GET /v1/new") with { IsAboutPath = true }, now: 100);

        Assert.True(paths.Contains("GET /v1/1", now: 100));
        Assert.True(paths.Contains("GET /v1/new", now: 100));
    }

    private static Refusal Refusal(string path, long until = 300) => new(path, Fresh, IsAboutPath: false, until);

    private static AccessToken Token(string value) => new(value, DateTimeOffset.UnixEpoch);
}
