using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Validation.AspNetCore;
using SpotifyClientCredentials.Tests.Support;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace SpotifyClientCredentials.SystemTests.Servers;

/// <summary>OpenIddict on loopback: an authorization server, and in the same process an API that accepts its tokens only.</summary>
internal sealed class OpenIddictServer : IAsyncDisposable
{
    public const string ClientId = "0e4f6a3b6c4d4e0f9a1b2c3d4e5f6071";
    public const string ClientSecret = "f1d2c3b4a5968778695a4b3c2d1e0f10";
    public static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(1);

    private const string TokenPath = "/connect/token";
    private const string RevocationPath = "/connect/revoke";

    private readonly TokenFormat _format;
    private readonly ConcurrentQueue<(string Path, int Status)> _responses = new();
    private InMemoryDatabaseRoot _database = new();
    private WebApplication _server = null!;

    private OpenIddictServer(TokenFormat format, TestClock clock)
    {
        _format = format;
        Clock = clock;
    }

    public TestClock Clock { get; }

    private Uri Address { get; set; } = new("http://127.0.0.1:0/");

    public Uri TokenEndpoint => new(Address, TokenPath);

    public Uri ApiBaseAddress => new(Address, "/v1/");

    /// <summary>The status of each response of the token endpoint.</summary>
    public IReadOnlyList<int> TokenResponses => [.. _responses.Where(response => response.Path == TokenPath).Select(response => response.Status)];

    /// <summary>The status of each response of the API.</summary>
    public IReadOnlyList<int> ApiResponses => [.. _responses.Where(response => response.Path.StartsWith("/v1/", StringComparison.Ordinal)).Select(response => response.Status)];

    public static async Task<OpenIddictServer> StartAsync(TokenFormat format, TestClock clock)
    {
        OpenIddictServer server = new(format, clock);
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it at the address that it had, if it had one, with new keys.</summary>
    public async Task StartAsync()
    {
        _server = Build();
        await _server.StartAsync().Within();
        Address = new Uri(_server.Urls.Single());
        await RegisterClientAsync();
    }

    /// <summary>Stops it and loses every token that it has issued.</summary>
    public async Task StopAsync()
    {
        await _server.StopAsync().Within();
        await _server.DisposeAsync();
        _database = new InMemoryDatabaseRoot();
    }

    /// <summary>Revokes a token as its client may (RFC 7009).</summary>
    public async Task RevokeAsync(AccessToken token)
    {
        using HttpClient client = new();
        using FormUrlEncodedContent form = new(new Dictionary<string, string> { ["token"] = token.Value, ["client_id"] = ClientId, ["client_secret"] = ClientSecret });
        using HttpResponseMessage response = await client.PostAsync(new Uri(Address, RevocationPath), form);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Calls the API without the library.</summary>
    public async Task<HttpStatusCode> CallAsync(AccessToken token)
    {
        using HttpClient client = new();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
        using HttpResponseMessage response = await client.GetAsync(new Uri(ApiBaseAddress, "tracks"));
        return response.StatusCode;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private WebApplication Build()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Address.Port));
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.AddDbContext<DbContext>(options => options.UseInMemoryDatabase("openiddict", _database).UseOpenIddict());
        builder.Services.AddOpenIddict()
            .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<DbContext>())
            .AddServer(Configure)
            .AddValidation(validation =>
            {
                validation.UseLocalServer();
                validation.UseAspNetCore();
                if (_format == TokenFormat.Reference)
                {
                    // Without this, a revoked token is accepted until it expires.
                    validation.EnableTokenEntryValidation();
                }
            });
        builder.Services.AddAuthentication(OpenIddictValidationAspNetCoreDefaults.AuthenticationScheme);
        builder.Services.AddAuthorization();

        WebApplication server = builder.Build();
        server.Use(RecordAsync);
        server.UseAuthentication();
        server.UseAuthorization();
        server.MapGet("/v1/{**path}", (ClaimsPrincipal caller) => caller.GetClaim(Claims.Subject)).RequireAuthorization();
        return server;
    }

    private void Configure(OpenIddictServerBuilder server)
    {
        server.SetTokenEndpointUris(TokenPath).SetRevocationEndpointUris(RevocationPath);
        server.AllowClientCredentialsFlow();
        server.SetAccessTokenLifetime(TokenLife);
        server.AddEphemeralSigningKey(SecurityAlgorithms.EcdsaSha256);
        server.AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));
        server.UseAspNetCore().DisableTransportSecurityRequirement();
        if (_format == TokenFormat.Reference)
        {
            server.UseReferenceAccessTokens();
        }
        else
        {
            server.DisableAccessTokenEncryption();
        }

        server.AddEventHandler<HandleTokenRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            ClaimsIdentity identity = new("client credentials");
            identity.SetClaim(Claims.Subject, context.ClientId);
            context.SignIn(new ClaimsPrincipal(identity));
            return ValueTask.CompletedTask;
        }));
    }

    private async Task RegisterClientAsync()
    {
        await using AsyncServiceScope scope = _server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>().CreateAsync(new OpenIddictApplicationDescriptor
        {
            ClientId = ClientId,
            ClientSecret = ClientSecret,
            Permissions = { Permissions.Endpoints.Token, Permissions.Endpoints.Revocation, Permissions.GrantTypes.ClientCredentials },
        });
    }

    private async Task RecordAsync(HttpContext context, RequestDelegate next)
    {
        // Before the caller can have the whole response, so that a test that has it finds it recorded.
        context.Response.OnStarting(() =>
        {
            _responses.Enqueue((context.Request.Path.Value!, context.Response.StatusCode));
            return Task.CompletedTask;
        });
        await next(context);
    }
}

/// <summary>What an access token is: self-contained, or a reference to an entry of the server's database.</summary>
public enum TokenFormat
{
    Jwt,
    Reference,
}
