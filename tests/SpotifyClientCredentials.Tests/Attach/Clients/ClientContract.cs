using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach.Clients;

/// <summary>What every client does whose calls go through the handler.</summary>
internal static class ClientContract
{
    /// <param name="fake">The server, before any request.</param>
    /// <param name="getTrackName">Gets the track of Spotify's own example.</param>
    public static async Task AssertAsync(FakeSpotify fake, Func<Task<string?>> getTrackName)
    {
        Assert.Equal(ReadmeApp.TrackName, await getTrackName().Within());
        Assert.Equal(ReadmeApp.TrackName, await getTrackName().Within());
        Assert.Single(fake.TokenRequests);

        fake.RevokeTokens();
        Assert.Equal(ReadmeApp.TrackName, await getTrackName().Within());
        Assert.Equal(2, fake.TokenRequests.Count);

        // The third call got a 401 and was retried.
        string?[] sent = [.. fake.ApiRequests.Select(request => request.Headers.GetValueOrDefault("Authorization"))];
        Assert.All(sent, authorization => Assert.StartsWith("Bearer ", authorization, StringComparison.Ordinal));
        Assert.Equal(4, sent.Length);
        Assert.Single(sent.Take(3).Distinct());
        Assert.NotEqual(sent[2], sent[3]);
        Assert.All(fake.ApiRequests, request => Assert.Equal($"/v1/tracks/{ReadmeApp.TrackId}", request.RequestUri.AbsolutePath));
    }
}

/// <summary>The part of a track that these tests read.</summary>
public sealed record Track(string Name);
