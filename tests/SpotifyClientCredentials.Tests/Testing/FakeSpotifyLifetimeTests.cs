using System.Diagnostics;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Testing;

public sealed class FakeSpotifyLifetimeTests
{
    [Fact]
    public async Task StartAsync_Always_CreatesCredentialsAndPortOfItsOwn()
    {
        await using FakeSpotify one = await FakeSpotify.StartAsync();
        await using FakeSpotify other = await FakeSpotify.StartAsync();

        Assert.Matches("^[0-9a-f]{32}$", one.ClientId);
        Assert.Matches("^[0-9a-f]{32}$", one.ClientSecret);
        Assert.Equal(4, new[] { one.ClientId, one.ClientSecret, other.ClientId, other.ClientSecret }.Distinct().Count());
        Assert.Equal($"http://127.0.0.1:{one.ApiBaseAddress.Port}/api/token", one.TokenEndpoint.AbsoluteUri);
        Assert.Equal($"http://127.0.0.1:{one.ApiBaseAddress.Port}/v1/", one.ApiBaseAddress.AbsoluteUri);
        Assert.NotEqual(one.ApiBaseAddress.Port, other.ApiBaseAddress.Port);
    }

    [Fact]
    public async Task StartAsync_WhenAspNetCoreUrlsIsSet_IgnoresIt()
    {
        string? before = Environment.GetEnvironmentVariable("ASPNETCORE_URLS");
        Environment.SetEnvironmentVariable("ASPNETCORE_URLS", "http://127.0.0.2:0");
        try
        {
            await using FakeSpotify fake = await FakeSpotify.StartAsync();

            Assert.Equal("127.0.0.1", fake.ApiBaseAddress.Host);
        }
        finally
        {
            Environment.SetEnvironmentVariable("ASPNETCORE_URLS", before);
        }
    }

    [Fact]
    public async Task StartAsync_WhenCancelled_Throws() => await Assert.ThrowsAnyAsync<OperationCanceledException>(
        () => FakeSpotify.StartAsync(cancellationToken: new CancellationToken(canceled: true)));

    [Fact]
    public async Task Configure_Always_SetsOnlyCredentialsAndAddresses()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        SpotifyClientCredentialsOptions options = new() { RenewalWindow = TimeSpan.FromMinutes(7) };

        fake.Configure(options);

        Assert.Equal(fake.ClientId, options.ClientId);
        Assert.Equal(fake.ClientSecret, options.ClientSecret);
        Assert.Equal(fake.TokenEndpoint, options.TokenEndpoint);
        Assert.Equal(fake.ApiBaseAddress, options.ApiBaseAddress);
        Assert.Equal(TimeSpan.FromMinutes(7), options.RenewalWindow);
    }

    [Fact]
    public async Task ToString_Always_ShowsOnlyTheAddress()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();

        Assert.Equal($"FakeSpotify at http://127.0.0.1:{fake.ApiBaseAddress.Port}/", fake.ToString());
    }

    [Fact]
    public async Task DisposeAsync_WithPendingRequests_EndsThemAtOnceAndCanBeRepeated()
    {
        const int Requests = 100;
        FakeSpotify fake = await FakeSpotify.StartAsync();
        using HttpClient client = fake.CreateClient();
        using CountdownEvent arrived = new(Requests);
        TaskCompletionSource allArrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource never = new();
        fake.EnqueueApiResponse(FakeResponse.NoResponse.WaitFor(Arrive), Requests / 2);
        fake.EnqueueApiResponse(FakeResponse.Default.WaitFor(ArriveAndWait), Requests / 2);
        Task[] calls = [.. Enumerable.Range(0, Requests).Select(_ => client.GetAsync("markets"))];
        await allArrived.Task.WaitAsync(Soon.HangLimit);

        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(fake.DisposeAsync().AsTask(), fake.DisposeAsync().AsTask());
        await fake.DisposeAsync();

        // Well below the 30 seconds of Kestrel's graceful shutdown, and well above the time needed.
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(15));
        foreach (Task call in calls)
        {
            _ = await Assert.ThrowsAsync<HttpRequestException>(() => call.WaitAsync(Soon.HangLimit));
        }

        Assert.Equal(Requests, fake.ApiRequests.Count);
        _ = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("markets"));

        Task Arrive(RecordedRequest request)
        {
            if (arrived.Signal())
            {
                allArrived.SetResult();
            }

            return Task.CompletedTask;
        }

        Task ArriveAndWait(RecordedRequest request)
        {
            _ = Arrive(request);
            return never.Task;
        }
    }
}
