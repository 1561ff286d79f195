using Microsoft.Extensions.Diagnostics.HealthChecks;
using SpotifyClientCredentials;

namespace CatalogWeb;

/// <summary>Reports healthy while a token is available. If one is cached, the check only reads it from memory.</summary>
internal sealed class SpotifyTokenHealthCheck(ClientCredentialsTokenProvider tokens) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            AccessToken token = await tokens.GetTokenAsync(cancellationToken);
            return HealthCheckResult.Healthy($"The token expires on {token.ExpiresOn:u}.");
        }
        catch (TokenRequestException e)
        {
            return new HealthCheckResult(e.IsTransient ? context.Registration.FailureStatus : HealthStatus.Unhealthy, e.Message);
        }
    }
}
