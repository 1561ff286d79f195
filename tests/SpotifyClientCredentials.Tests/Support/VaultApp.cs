using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>
/// An application whose settings come from a configuration and from a vault that Configure reads. Each read waits until the test ends it. Every
/// client has the bearer handler by default; <see cref="ApiClient"/> has its own. No request leaves the process.
/// </summary>
internal sealed class VaultApp : IAsyncDisposable
{
    public const string ApiClient = "api";
    public const string ClientWithoutAddress = "no address";
    public const string Track = "https://api.spotify.com/v1/tracks/1";
    public const string Other = "https://other.example/";

    private readonly ConcurrentQueue<VaultRead> _reads = new();

    private VaultApp()
    {
        Configuration = (IConfigurationRoot)new ConfigurationBuilder()
            .AddInMemoryCollection([new("Spotify:ClientId", TestOptions.ClientId), new("Spotify:ClientSecret", TestOptions.ClientSecret)])
            .Build();
        Server = new ScriptedApi(sent => ScriptedApi.Response(
            HttpStatusCode.OK, IsTokenRequest(sent) ? """{"access_token":"BQ","token_type":"Bearer","expires_in":3600}""" : ""));
        Services = TestContainer.Build(services =>
        {
            services.AddSingleton<IConfiguration>(Configuration).AddSingleton<TimeProvider>(Clock);
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs));
            services.AddSpotifyClientCredentials().TokenClient.AddHttpMessageHandler(() => new Silence(this));
            services.PostConfigure<SpotifyClientCredentialsOptions>(_ => Read());
            services.ConfigureHttpClientDefaults(client => client.ConfigurePrimaryHttpMessageHandler(() => Server).AddSpotifyBearerToken());
            services.AddHttpClient(ClientWithoutAddress).AddSpotifyBearerToken();
            services.AddHttpClient(ApiClient, client => client.BaseAddress = new Uri(Other)).AddSpotifyBearerToken();
        });
    }

    public SplitClock Clock { get; } = new();

    public RecordingLoggerProvider Logs { get; } = new();

    public IConfigurationRoot Configuration { get; }

    public ScriptedApi Server { get; }

    public ServiceProvider Services { get; }

    public ClientCredentialsTokenProvider Provider => Services.GetRequiredService<ClientCredentialsTokenProvider>();

    /// <summary>Whether the token endpoint never responds.</summary>
    public bool IsTokenEndpointSilent { get; set; }

    /// <summary>How often Configure has read the vault.</summary>
    public int Reads => _reads.Count;

    /// <summary>The Authorization headers of the requests other than those for a token.</summary>
    public IEnumerable<string?> Authorizations => Server.Sent.Where(sent => !IsTokenRequest(sent)).Select(sent => sent.Authorization);

    public static VaultApp Create() => new();

    public Task<AccessToken> GetAsync(CancellationToken cancellationToken = default) => Provider.GetTokenAsync(cancellationToken).AsTask();

    /// <summary>Sends through the client that has the bearer handler by default.</summary>
    public Task<HttpResponseMessage> SendAsync(string address, string client = "any", CancellationToken cancellationToken = default) =>
        Services.CreateClient(client).GetAsync(new Uri(address), cancellationToken);

    /// <summary>Waits for a read of the vault, counted from 1.</summary>
    public async Task<VaultRead> ReadAsync(int number)
    {
        await Soon.UntilAsync(() => _reads.Count >= number);
        return _reads.ElementAt(number - 1);
    }

    /// <summary>Makes a call whose read of the vault fails, and returns the exception of the caller.</summary>
    public async Task<TokenRequestException> FailAsync()
    {
        int next = Reads + 1;
        Task<AccessToken> getting = GetAsync();
        (await ReadAsync(next)).Fail();
        return await Assert.ThrowsAsync<TokenRequestException>(() => getting).Within();
    }

    /// <summary>Does what a host does first when it starts.</summary>
    public Task StartAsync() => Task.Run(() => Services.GetRequiredService<IStartupValidator>().Validate());

    public async ValueTask DisposeAsync()
    {
        foreach (VaultRead read in _reads)
        {
            read.Succeed();
        }

        await Services.DisposeAsync();
    }

    private static bool IsTokenRequest(SentRequest sent) => sent.Uri!.AbsolutePath == "/api/token";

    private void Read()
    {
        VaultRead read = new();
        _reads.Enqueue(read);
        read.Wait();
    }

    private sealed class Silence(VaultApp app) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(app.IsTokenEndpointSilent ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, TimeProvider.System, cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}

/// <summary>One read of the vault, which blocks until the test ends it.</summary>
internal sealed class VaultRead
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string? Flow { get; } = VaultFlow.Value;

    /// <summary>Set by callers whose flow of execution isn't to reach the vault.</summary>
    public static AsyncLocal<string?> VaultFlow { get; } = new();

    public void Succeed() => _end.TrySetResult();

    public void Fail(Exception? failure = null) => _end.TrySetException(failure ?? new VaultException("The vault says: hunter2"));

    public void Wait() => _end.Task.WaitAsync(Soon.HangLimit, TimeProvider.System).GetAwaiter().GetResult();
}

internal sealed class VaultException(string message) : Exception(message);
