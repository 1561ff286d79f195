using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;
using SpotifyClientCredentials.Tests.Support;

namespace ReadmeSnippets;

public sealed class RotationSnippetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string SecretsFile => Path.Combine(_folder, "spotify.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Rotation_OfASecretThatIsRejected_EndsTheBackoffAndGetsAToken()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        await WriteAsync(fake.ClientId, "the old secret");
        string secretsFile = SecretsFile;
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder($"--Spotify:TokenEndpoint={fake.TokenEndpoint}");
        builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider()); // a backoff doesn't end by itself

        // Recipe: rotation
        builder.Configuration.AddJsonFile(secretsFile, optional: false, reloadOnChange: true);
        builder.Services.AddSpotifyClientCredentials();
        // end

        using IHost host = builder.Build();
        ClientCredentialsTokenProvider tokens = host.Services.GetRequiredService<ClientCredentialsTokenProvider>();
        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => tokens.GetTokenAsync().AsTask());
        Assert.Equal("invalid_client", failure.Error);

        await WriteAsync(fake.ClientId, fake.ClientSecret);
        await Soon.UntilAsync(() => tokens.GetTokenAsync().AsTask().IsCompletedSuccessfully);

        Assert.Equal(2, fake.TokenRequests.Count);
    }

    // In one step, as a rotation does it, so that the app never reads half of the file.
    private async Task WriteAsync(string clientId, string clientSecret)
    {
        await File.WriteAllTextAsync(SecretsFile + ".new", $$$"""{"Spotify":{"ClientId":"{{{clientId}}}","ClientSecret":"{{{clientSecret}}}"}}""");
        File.Move(SecretsFile + ".new", SecretsFile, overwrite: true);
    }
}
